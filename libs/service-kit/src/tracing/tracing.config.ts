import { IsIn, IsInt, IsNumber, IsOptional, IsString, Max, Min } from 'class-validator';
import { Secret } from '../config/secret.js';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Where traces go, and of which requests; the names are OpenTelemetry's. */
export class TracingConfig {
  /** `otlp`: spans are sent to a collector. `none`: there are no spans. */
  @IsIn(['none', 'otlp']) otelTracesExporter: 'none' | 'otlp' = 'none';
  /** The collector, for OTLP over HTTP. */
  @IsString() otelExporterOtlpEndpoint: string = 'http://localhost:4318';
  /** What the collector wants to be sent as headers: `name=value,name=value`. */
  @Secret() @IsOptional() @IsString() otelExporterOtlpHeaders?: string;
  /** Which traces are kept. */
  @IsIn(SAMPLERS) otelTracesSampler: (typeof SAMPLERS)[number] = 'parentbased_always_on';
  /** The share that is kept by a sampler of a ratio, 0 to 1. */
  @IsNumber() @Min(0) @Max(1) otelTracesSamplerArg: number = 1;
  /** Most links of one span, which must not be less than `BATCH_SIZE`. */
  @IsInt() @Min(1) otelSpanLinkCountLimit: number = 1_000;
  /** What else is said of the process: `k8s.pod.name=…,k8s.node.name=…`. */
  @IsOptional() @IsString() otelResourceAttributes?: string;
}
