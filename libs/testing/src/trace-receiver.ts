import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedSpan {
  service: string;
  resource: Record<string, unknown>;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  kind: string;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string; attributes: Record<string, unknown> }[];
  droppedLinks: number;
  isError: boolean;
}

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** Takes spans by OTLP over HTTP as a collector does, and keeps them. */
export class TraceReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Everything that came, as it came. */
  readonly bodies: Buffer[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TraceReceiver> {
    const server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        receiver.take(body);
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    const receiver = new TraceReceiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get env(): Record<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return {
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(body: Buffer): void {
    this.bodies.push(body);
    for (const resourceSpans of messagesIn(body, 1)) {
      const resource = attributesIn(messagesIn(resourceSpans, 1)[0]!, 1);
      for (const scopeSpans of messagesIn(resourceSpans, 2))
        for (const span of messagesIn(scopeSpans, 2)) this.spans.push(toSpan(span, resource));
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Numbers of the fields as in opentelemetry/proto/trace/v1/trace.proto. */
function toSpan(span: Buffer, resource: Record<string, unknown>): ReceivedSpan {
  const idsIn = (message: Buffer, traceId: number, spanId: number) => ({
    traceId: messagesIn(message, traceId)[0]?.toString('hex') ?? '',
    spanId: messagesIn(message, spanId)[0]?.toString('hex') ?? '',
  });
  return {
    ...idsIn(span, 1, 2),
    service: String(resource['service.name']),
    resource,
    parentSpanId: messagesIn(span, 4)[0]?.toString('hex') ?? '',
    name: String(messagesIn(span, 5)[0]),
    kind: KINDS[numberIn(span, 6)]!,
    attributes: attributesIn(span, 9),
    links: messagesIn(span, 13).map((link) => ({ ...idsIn(link, 1, 2), attributes: attributesIn(link, 4) })),
    droppedLinks: numberIn(span, 14),
    isError: messagesIn(span, 15).some((status) => numberIn(status, 3) === 2),
  };
}

const attributesIn = (message: Buffer, field: number): Record<string, unknown> =>
  Object.fromEntries(
    messagesIn(message, field).map((pair) => [
      String(messagesIn(pair, 1)[0]),
      valueOf(messagesIn(pair, 2)[0]!),
    ]),
  );

function valueOf(value: Buffer): unknown {
  const [text] = messagesIn(value, 1);
  if (text) return text.toString();
  const [array] = messagesIn(value, 5);
  return array ? messagesIn(array, 1).map(valueOf) : numberIn(value, 3);
}

const messagesIn = (message: Buffer, field: number): Buffer[] =>
  fieldsIn(message).flatMap((each) =>
    each.field === field && Buffer.isBuffer(each.value) ? [each.value] : [],
  );

const numberIn = (message: Buffer, field: number): number =>
  Number(fieldsIn(message).find((each) => each.field === field)?.value ?? 0);

/** The fields of a protobuf message: what has a length is left as bytes. */
function fieldsIn(message: Buffer): { field: number; value: Buffer | bigint }[] {
  const fields: { field: number; value: Buffer | bigint }[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const bytes = (length: number): Buffer => message.subarray(at, (at += length));
  while (at < message.length) {
    const key = Number(varint());
    const type = key & 7;
    const value = type === 0 ? varint() : bytes(type === 1 ? 8 : type === 5 ? 4 : Number(varint()));
    fields.push({ field: key >> 3, value });
  }
  return fields;
}
