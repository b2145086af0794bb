import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Takes spans as a collector does, and drops them. Answers what a stack that sends them is started with. */
export async function openTraceSink(
  share: number,
  atEnd: (action: () => Promise<void>) => void,
): Promise<Record<string, string>> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(share),
  };
}
