import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { INestApplication } from '@nestjs/common';
import { AdapterFixture, aDesiredState, eventually, inHouseDialects } from '@lianban/testing';
import { ReplicaShare } from './replica-share.js';

const PROVIDER = 'jinan-gas';
const RATE_PER_SECOND = 10;
const CONCURRENCY = 3;
const OPERATIONS = 50;

/** Stands before the simulator and watches what arrives there. */
class Gate {
  target = '';
  maxInFlight = 0;
  readonly arrivals: number[] = [];
  private inFlight = 0;
  private readonly server: Server = createServer((request, response) => void this.pass(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.arrivals.push(performance.now());
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    const headers = Object.entries(request.headers).filter(([name]) => /^(content-type|webhook-)/.test(name));
    const answer = await fetch(`${this.target}${request.url}`, {
      method: request.method!,
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: await buffer(request),
    });
    const body = await answer.text();
    this.inFlight -= 1;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
  }
}

describe('two instances of an adapter', () => {
  let gate: Gate;
  let fixture: AdapterFixture;
  let replica: INestApplication;

  beforeAll(async () => {
    const limits = { ratePerSecond: RATE_PER_SECOND, concurrency: CONCURRENCY };
    gate = new Gate();
    fixture = await AdapterFixture.open({
      utility: 'gas',
      providers: [PROVIDER, 'zibo-gas'],
      providersUrl: await gate.start(),
      env: { CALL_TIMEOUT_MS: '3000' },
      change: (row) => ({ ...inHouseDialects(row), ...(row.id === PROVIDER && limits) }),
    });
    gate.target = fixture.simulator.url;
    replica = await fixture.addReplica();
  });

  afterAll(async () => {
    await fixture.close();
    await gate.stop();
  });

  const shareOf = (app: INestApplication) => app.get(ReplicaShare).current();

  it('divide the limits of a provider: the second waits until the first leaves it its part', async () => {
    expect(shareOf(replica)).toBeUndefined();
    await eventually(() => expect(shareOf(fixture.app)).toEqual({ index: 0, count: 2 }));
    await eventually(() => expect(shareOf(replica)).toEqual({ index: 1, count: 2 }));
  });

  it('never exceed the rate and the concurrency of a provider together', async () => {
    await fixture.simulator.setFaults(PROVIDER, { reports: 'never', delayMs: 100 });
    const beganAt = performance.now();
    await fixture.publishDesired(
      ...Array.from({ length: OPERATIONS }, () => aDesiredState({ provider: PROVIDER })),
    );
    await eventually(() => expect(gate.arrivals.length).toBeGreaterThanOrEqual(OPERATIONS));
    const allowedAt = (at: number): number => RATE_PER_SECOND * (1 + (at - beganAt) / 1_000);
    const tooEarly = gate.arrivals.filter((at, index) => index + 1 > allowedAt(at));
    expect(tooEarly).toEqual([]);
    expect(gate.maxInFlight).toBeLessThanOrEqual(CONCURRENCY);
    expect(gate.maxInFlight).toBeGreaterThan(1);
  });

  it('leave their part to the other when they stop', async () => {
    await replica.close();
    await eventually(() => expect(shareOf(fixture.app)).toEqual({ index: 0, count: 1 }));
  });

  it('leave their part to the other when they were killed and their rows have expired', async () => {
    await fixture.query(
      `insert into replica (id, joined_at, expires_at) values (gen_random_uuid(), now(), now() + interval '5 seconds')`,
    );
    await eventually(() => expect(shareOf(fixture.app)).toEqual({ index: 0, count: 2 }));
    await eventually(() => expect(shareOf(fixture.app)).toEqual({ index: 0, count: 1 }));
  });
});
