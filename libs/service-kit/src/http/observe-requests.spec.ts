import { Controller, Get, Module } from '@nestjs/common';
import { eventually, TraceReceiver } from '@lianban/testing';
import { createService, Log, Metrics, Public, ServiceModule, startListening } from '../index.js';

const begun = Promise.withResolvers<undefined>();
const mayAnswer = Promise.withResolvers<undefined>();

@Controller('v1/slow')
class SlowController {
  @Get()
  @Public()
  async answer() {
    begun.resolve(undefined);
    await mayAnswer.promise;
    return {};
  }
}

@Module({ imports: [ServiceModule.for({ name: 'slow' })], controllers: [SlowController] })
class Slow {}

describe('a caller who does not wait for the answer', () => {
  const stops: (() => unknown)[] = [() => mayAnswer.resolve(undefined)];
  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  it('is logged, counted and traced like any other', async () => {
    const receiver = await TraceReceiver.start();
    const lines: string[] = [];
    const env = { ...receiver.env, PORT: '0', OIDC_ISSUER: 'http://127.0.0.1:1', OIDC_AUDIENCE: 'lianban' };
    const app = await createService(Slow, { env, logger: Log.to({ write: (line) => lines.push(line) }) });
    stops.push(
      () => app.close(),
      () => receiver.stop(),
    );
    const call = new AbortController();
    const answer = fetch(`${await startListening(app)}/v1/slow`, { signal: call.signal });
    await begun.promise;
    call.abort();
    await expect(answer).rejects.toThrow(/aborted/);
    await eventually(() => expect(lines.join('')).toMatch(/"route":"\/v1\/slow","status":499/));
    expect(await app.get(Metrics).registry.metrics()).toMatch(
      /duration_seconds_count\{.*status="499".*\} 1$/m,
    );
    mayAnswer.resolve(undefined);
    await app.close();
    expect(receiver.spans).toMatchObject([{ name: 'GET /v1/slow', attributes: { 'error.type': 'aborted' } }]);
  });
});
