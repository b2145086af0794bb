import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  context,
  diag,
  DiagLogLevel,
  trace,
  type Attributes,
  type Context,
  type Link,
  type SpanKind,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
  type SamplingResult,
} from '@opentelemetry/sdk-trace';
import { RepeatedWarning } from '../repeated-warning.js';
import type { TracingConfig } from './tracing.config.js';
import { isSampled, type RunningTracing } from './tracing.js';

const MAX_QUEUED_SPANS = 16_384;
/** A collector that does not answer holds up no end of a process. */
const STOP_TIMEOUT_MS = 2_000;

/** A batch of messages is traced where one of them is. */
class LinkedSampler implements Sampler {
  constructor(private readonly others: Sampler) {}

  shouldSample(
    parent: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const isRoot = trace.getSpanContext(parent) === undefined;
    if (isRoot && links.some((link) => isSampled(link.context)))
      return { decision: SamplingDecision.RECORD_AND_SAMPLED };
    return this.others.shouldSample(parent, traceId, name, kind, attributes, links);
  }

  toString(): string {
    return `LinkedSampler{${this.others.toString()}}`;
  }
}

function samplerOf({ otelTracesSampler, otelTracesSamplerArg }: TracingConfig): Sampler {
  const name = otelTracesSampler.replace('parentbased_', '');
  const root =
    name === 'always_on'
      ? new AlwaysOnSampler()
      : name === 'always_off'
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler(otelTracesSamplerArg);
  return new LinkedSampler(name === otelTracesSampler ? root : new ParentBasedSampler({ root }));
}

/** `name=value,name=value`, with values as in a URL. */
const readPairs = (pairs = ''): Record<string, string> =>
  Object.fromEntries(
    pairs
      .split(',')
      .map((pair) => pair.split('=').map((part) => decodeURIComponent(part.trim())))
      .filter(([name, value]) => name && value),
  ) as Record<string, string>;

/** Loads OpenTelemetry's SDK: only where traces are wanted. */
export function startTracing(
  service: string,
  version: string,
  config: TracingConfig,
  warn: (message: string) => void,
): RunningTracing {
  // One for the process; another service in it may have set it before.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  reportFailures(warn);
  const exporter = new OTLPTraceExporter({
    url: `${config.otelExporterOtlpEndpoint.replace(/\/$/, '')}/v1/traces`,
    headers: readPairs(config.otelExporterOtlpHeaders),
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.instance.id': randomUUID(),
      ...readPairs(config.otelResourceAttributes),
      'service.name': service,
      'service.namespace': 'lianban',
      'service.version': version,
    }),
    sampler: samplerOf(config),
    spanLimits: { linkCountLimit: config.otelSpanLinkCountLimit },
    spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: MAX_QUEUED_SPANS })],
  });
  const stop = (): Promise<void> =>
    Promise.race([provider.shutdown().catch(() => {}), pause(STOP_TIMEOUT_MS, undefined, { ref: false })]);
  return { tracer: provider.getTracer('lianban'), stop };
}

/** The SDK tells its failures to nobody but this. */
function reportFailures(warn: (message: string) => void): void {
  const warning = new RepeatedWarning(warn);
  const ignore = (): void => {};
  const error = (): void => warning.say('spans cannot be sent to the collector now, and are lost');
  const logger = { error, warn: ignore, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
}
