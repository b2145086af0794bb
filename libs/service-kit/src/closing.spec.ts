import { Controller, Get, Injectable, Module } from '@nestjs/common';
import type {
  BeforeApplicationShutdown,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { EventPattern, Server } from '@nestjs/microservices';
import { Log, Public, ServiceModule, createService, startListening } from './index.js';

const steps: string[] = [];
const inside = Promise.withResolvers<undefined>();
const mayLeave = Promise.withResolvers<undefined>();

class StepTransport extends Server implements CustomTransportStrategy {
  async listen(callback: () => void) {
    steps.push('events in');
    await this.messageHandlers.get('something happened')?.({ what: 'a valve' });
    callback();
  }
  async close() {
    await Promise.resolve();
    steps.push('events out');
  }
  on() {}
  unwrap<T>(): T {
    return this as never;
  }
}

@Injectable()
class Keeper implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  onApplicationBootstrap() {
    steps.push('start hooks');
  }
  beforeApplicationShutdown() {
    mayLeave.resolve(undefined);
  }
  onApplicationShutdown() {
    steps.push('pools closed');
  }
}

@Controller('v1/slow')
class SlowController {
  @EventPattern('something happened')
  hear({ what }: { what: string }) {
    steps.push(`heard of ${what}`);
  }

  @Get()
  @Public()
  async wait() {
    inside.resolve(undefined);
    await mayLeave.promise;
    steps.push('request finished');
    return {};
  }
}

@Module({
  imports: [ServiceModule.for({ name: 'slow' })],
  controllers: [SlowController],
  providers: [Keeper],
})
class SlowModule {}

describe('a service that starts and stops', () => {
  it('runs its hooks, then takes events without asking them for a token, then requests; and leaves in the opposite order', async () => {
    const env = { OIDC_ISSUER: 'http://localhost:1', OIDC_AUDIENCE: 'lianban', PORT: '0' };
    const start = { env, logger: Log.to({ write: () => true }), transport: () => new StepTransport() };
    const app = await createService(SlowModule, start);
    const address = await startListening(app);
    const answer = fetch(`${address}/v1/slow`);
    await inside.promise;
    await app.close();
    expect((await answer).status).toBe(200);
    expect(steps).toEqual([
      'start hooks',
      'events in',
      'heard of a valve',
      'request finished',
      'events out',
      'pools closed',
    ]);
  });
});
