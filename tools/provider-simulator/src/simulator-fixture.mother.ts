import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { demoSecret } from './demo-secret.js';
import type { Verdict } from './operations/operation.js';
import type { FaultsForm } from './faults/faults.forms.js';
import type { Report } from './reports/report.js';
import { SimulatorConfig } from './simulator.config.js';
import { startSimulator } from './start-simulator.js';

export interface Received {
  id: string;
  isSigned: boolean;
  /** Milliseconds since 1970. */
  receivedAt: number;
  report: Report;
}

/** A simulator and the installation it talks to: what that sends, and what it gets back. */
export class SimulatorFixture {
  readonly received: Received[] = [];
  /** What is answered to reports. */
  status = 204;
  url = '';
  private callback = '';
  private simulator?: Awaited<ReturnType<typeof startSimulator>>;
  readonly folder = mkdtempSync(join(tmpdir(), 'lianban-simulator-'));
  private readonly server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    this.accept(request.headers as Record<string, string>, body);
    response.writeHead(this.status).end();
  });

  static async open(config: Partial<SimulatorConfig> = {}): Promise<SimulatorFixture> {
    const fixture = new SimulatorFixture();
    await new Promise<void>((done) => fixture.server.listen(0, '127.0.0.1', done));
    fixture.callback = `http://127.0.0.1:${String((fixture.server.address() as AddressInfo).port)}/reports`;
    await fixture.start(config);
    return fixture;
  }

  /** Starts the simulator, in place of an earlier one on what that left; an end writes nothing, so a kill leaves the same. */
  async start(config: Partial<SimulatorConfig> = {}) {
    await this.simulator?.stop();
    const own = { port: 0, sftpPort: 0, simulatorData: this.folder, simulatorStageMs: 0, ...config };
    this.simulator = await startSimulator(Object.assign(new SimulatorConfig(), own));
    this.url = this.simulator.url;
  }

  async close() {
    await this.simulator?.stop();
    this.server.closeAllConnections();
    this.server.close();
    rmSync(this.folder, { recursive: true });
  }

  setFaults(provider: string, faults: FaultsForm) {
    return this.control('PUT', `/control/providers/${provider}`, faults);
  }

  async control(method: string, path: string, body?: object) {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(this.url + path, {
      method,
      ...(body && { headers, body: JSON.stringify(body) }),
    });
    return answer.status === 204 ? undefined : JSON.parse(await answer.text());
  }

  operation(kind: 'place' | 'correct' | 'withdraw' = 'place', more: object = {}) {
    const requestId = randomUUID();
    return {
      operation: randomUUID(),
      kind,
      placement: `${requestId}:water:1`,
      requestId,
      utility: 'water',
      provider: 'zibo-water',
      attempt: 1,
      version: 1,
      promisedDate: '2026-03-02',
      dossier: aDossier(),
      callback: this.callback,
      ...more,
    };
  }

  async send(sent: ReturnType<SimulatorFixture['operation']>, headers: Record<string, string> = {}) {
    const body = JSON.stringify(sent);
    const { operation: id, provider, kind, requestId } = sent;
    const answer = await fetch(`${this.url}/${provider}/operations`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-id': id,
        'ce-type': `cn.lianban.operation.${kind}.v1`,
        'ce-source': '/lianban',
        'ce-subject': requestId,
        'ce-time': new Date().toISOString(),
        'idempotency-key': id,
        ...signature(provider, id, body),
        ...headers,
      },
    });
    return { status: answer.status, body: (await answer.json()) as Verdict & { reference: string } };
  }

  async query({ provider, operation }: { provider: string; operation: string }) {
    const headers = signature(provider, randomUUID(), '');
    const answer = await fetch(`${this.url}/${provider}/operations/${operation}`, { headers });
    return { status: answer.status, body: (await answer.json()) as Verdict };
  }

  receivedOf({ placement }: { placement: string }) {
    return this.received.filter(({ report }) => report.placement === placement);
  }

  reportsOf(sent: { placement: string }) {
    return this.receivedOf(sent).map(({ report }) => report);
  }

  statesOf(sent: { placement: string }) {
    return this.reportsOf(sent).map(({ state, withdrawal }) => withdrawal ?? state);
  }

  private accept(headers: Record<string, string>, body: string) {
    const report = JSON.parse(body) as Report;
    const isSigned = verifies(providerOf(report), headers, body);
    this.received.push({ id: headers['webhook-id']!, isSigned, receivedAt: Date.now(), report });
  }
}

const aDossier = () => ({
  receiptNumber: '370102-1',
  matter: 'WATER_NEW',
  registeredAt: '2026-02-02T01:00:00.000Z',
  applicant: { kind: 'person' },
  address: { district: '370102', text: '' },
  fields: {},
  materials: [{ code: 'PROPERTY_CERT', method: 'paper' }],
  answers: [] as object[],
});

const providerOf = ({ placement }: Report) => (placement.includes(':gas:') ? 'jinan-gas' : 'zibo-water');

function signature(provider: string, id: string, body: string) {
  const at = new Date();
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(demoSecret('lianban-demo', provider)).sign(id, at, body),
  };
}

function verifies(provider: string, headers: Record<string, string>, body: string) {
  try {
    new Webhook(demoSecret('lianban-demo', provider)).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}
