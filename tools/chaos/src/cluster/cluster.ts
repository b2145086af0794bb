import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { asAdmin, freePort } from '@lianban/engines';
import { effectsIn } from '../checker/gather.js';
import type { Effect, Text } from '../checker/facts.js';
import type { Marks, Target } from '../load/under-load.js';

const run = promisify(execFile);
export const NAMESPACE = 'lianban-demo';
const SERVICES_SELECTOR = 'app.kubernetes.io/component in (front,worker,adapter)';

/** The image has no shell: a second Node in the container wakes the inspector of the first, and asks it. */
const INSPECT = `
process.kill(1, 'SIGUSR1');
const wait = () => new Promise((resolve) => setTimeout(resolve, 100));
const list = () => fetch('http://127.0.0.1:9229/json').then((r) => r.json()).catch(() => wait().then(list));
list().then(([{ webSocketDebuggerUrl }]) => {
  const socket = new WebSocket(webSocketDebuggerUrl);
  const params = { expression: process.argv[1], includeCommandLineAPI: true, returnByValue: true };
  socket.onopen = () => socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }));
  socket.onmessage = ({ data }) => {
    const { result, exceptionDetails } = JSON.parse(data).result;
    if (exceptionDetails) console.error(JSON.stringify(exceptionDetails));
    console.log(result.value);
    process.exit(exceptionDetails ? 1 : 0);
  };
});
`;

export interface Pod {
  metadata: { name: string; labels: Record<string, string>; deletionTimestamp?: string };
  spec: { containers: { resources?: { limits?: { memory?: string } } }[] };
  status: {
    podIP?: string;
    phase: string;
    containerStatuses?: {
      ready: boolean;
      restartCount: number;
      lastState?: { terminated?: { exitCode: number; reason: string } };
    }[];
  };
}

/** How the API server is reached, in PEM. */
export interface Access {
  server: string;
  authority: string;
  certificate: string;
  key: string;
}

interface Usage {
  usageCoreNanoSeconds: number;
}

type Act<T> = Parameters<typeof asAdmin<T>>[1];

const PROVIDERS = ['exec', 'deployment/providers', '--'];
const JOURNAL = '/data/provider-simulator/journal.jsonl';

/** The demo overlay on a cluster, by kubectl; its one address and issuer are reached through their Services. */
export class Cluster implements Target {
  private constructor(
    private readonly kubeconfig: string,
    private readonly kubectl: string,
    private addresses: Record<'gateway' | 'issuer', string>,
  ) {}

  /** @param kubectl the program; @throws where the cluster does not answer */
  static async open(kubeconfig: string, kubectl: string): Promise<Cluster> {
    const cluster = new Cluster(kubeconfig, kubectl, { gateway: '', issuer: '' });
    await cluster.call(['version', '-o', 'json']);
    return cluster;
  }

  /** Standard output of kubectl in the demo's namespace. @throws with what it says on standard error */
  async call(args: readonly string[], input?: string): Promise<string> {
    const running = run(this.kubectl, ['--kubeconfig', this.kubeconfig, '-n', NAMESPACE, ...args], {
      maxBuffer: 256 << 20,
    });
    if (input !== undefined) running.child.stdin!.end(input);
    return (await running).stdout;
  }

  /** What it wrote on both outputs, whatever its exit code. */
  async tried(args: readonly string[], input?: string): Promise<string> {
    try {
      return await this.call(args, input);
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      return `${stdout}${stderr}`;
    }
  }

  /** Finds the addresses that the harness calls: cluster addresses, so it must run where they can be reached. */
  async locate(): Promise<void> {
    const { items } = JSON.parse(await this.call(['get', 'services', '-o', 'json'])) as {
      items: { metadata: { name: string }; spec: { clusterIP: string; ports: { port: number }[] } }[];
    };
    const of = (name: string): string => {
      const { spec } = items.find(({ metadata }) => metadata.name === name)!;
      return `http://${spec.clusterIP}:${spec.ports[0]!.port}`;
    };
    this.addresses = { gateway: of('gateway'), issuer: of('issuer') };
  }

  get url(): string {
    return this.addresses.gateway;
  }

  get issuerUrl(): string {
    return this.addresses.issuer;
  }

  async token({ claims }: { claims: { role: string; hall?: string } }): Promise<string> {
    const account = claims.role === 'clerk' ? `clerk-${claims.hall}` : claims.role;
    const response = await fetch(`${this.issuerUrl}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${account}:lianban-demo`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    return ((await response.json()) as { access_token: string }).access_token;
  }

  /** Pods of our services that are not on their way out. */
  async pods(selector = SERVICES_SELECTOR): Promise<Pod[]> {
    const { items } = JSON.parse(await this.call(['get', 'pods', '-l', selector, '-o', 'json'])) as {
      items: Pod[];
    };
    return items.filter(({ metadata }) => !metadata.deletionTimestamp);
  }

  /** Acts as PostgreSQL's administrator in one of its databases. */
  async asAdmin<T>(database: string, act: Act<T>): Promise<T> {
    const password = await this.secret('postgres-superuser', 'password');
    return this.asDatabaseUser('postgres', password, database, act);
  }

  /** Acts as somebody whom PostgreSQL knows, past every network policy. */
  async asDatabaseUser<T>(user: string, password: string, database: string, act: Act<T>): Promise<T> {
    const port = await freePort();
    const end = await this.forward('deployment/postgres', port, 5432);
    try {
      return await asAdmin(`postgres://${user}:${password}@127.0.0.1:${port}/${database}`, act);
    } finally {
      end();
    }
  }

  /** Makes a port of a workload one of this machine; what it resolves with ends that. @throws where the port is taken */
  async forward(target: string, port: number, to: number): Promise<() => void> {
    const forward = spawn(
      this.kubectl,
      ['--kubeconfig', this.kubeconfig, '-n', NAMESPACE, 'port-forward', target, `${port}:${to}`],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const [said] = (await Promise.race([once(forward.stdout, 'data'), once(forward, 'exit')])) as [unknown];
    if (!(said instanceof Buffer)) throw new Error(`port ${port} of this machine cannot be forwarded`);
    return () => void forward.kill();
  }

  /** Evaluates an expression inside a running service, by Node's inspector, and answers its value. */
  async evaluate(pod: string, expression: string): Promise<string> {
    return (await this.call(['exec', pod, '--', 'node', '-e', INSPECT, expression])).trim();
  }

  /** A value of a Secret. */
  async secret(name: string, key: string): Promise<string> {
    const encoded = await this.call(['get', 'secret', name, '-o', `jsonpath={.data.${key}}`]);
    return Buffer.from(encoded, 'base64').toString();
  }

  /** Changes a value of a Secret, and resolves when every pod of the Deployment sees it in its file. */
  async changeSecret(name: string, key: string, value: string, pods: string, file: string): Promise<void> {
    await this.call(['patch', 'secret', name, '-p', JSON.stringify({ stringData: { [key]: value } })]);
    const read = `process.stdout.write(require('node:fs').readFileSync('${file}', 'utf8'))`;
    for (const { metadata } of await this.pods(`app.kubernetes.io/name=${pods}`))
      while ((await this.tried(['exec', metadata.name, '--', 'node', '-e', read])) !== value)
        await pause(1_000);
  }

  async access(): Promise<Access> {
    const config = JSON.parse(
      await this.call(['config', 'view', '--raw', '--flatten', '--minify', '-o', 'json']),
    ) as {
      clusters: { cluster: Record<string, string> }[];
      users: { user: Record<string, string> }[];
    };
    const { server, 'certificate-authority-data': authority } = config.clusters[0]!.cluster;
    const { 'client-certificate-data': certificate, 'client-key-data': key } = config.users[0]!.user;
    const text = (encoded = ''): string => Buffer.from(encoded, 'base64').toString();
    return { server: server!, authority: text(authority), certificate: text(certificate), key: text(key) };
  }

  /** CPU that each workload and the nodes as a whole have used up to now, seconds, as the kubelets count it. */
  async cpuSeconds(): Promise<Map<string, number>> {
    const nodes = (await this.call(['get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}'])).split(' ');
    const used = new Map<string, number>();
    const add = (name: string, { usageCoreNanoSeconds = 0 }: Partial<Usage> = {}): void =>
      void used.set(name, (used.get(name) ?? 0) + usageCoreNanoSeconds / 1e9);
    for (const name of nodes) {
      const { node, pods } = JSON.parse(
        await this.call(['get', '--raw', `/api/v1/nodes/${name}/proxy/stats/summary`]),
      ) as { node: { cpu: Usage }; pods: { podRef: { name: string }; cpu?: Usage }[] };
      add('nodes', node.cpu);
      for (const { podRef, cpu } of pods) add(podRef.name.replace(/-[0-9a-f]+-\w{5}$/, ''), cpu);
    }
    return used;
  }

  async deployments(): Promise<string[]> {
    const names = await this.call(['get', 'deployments', '-l', SERVICES_SELECTOR, '-o', 'name']);
    return names.trim().split('\n');
  }

  /** The Job that prepares an installation, to be run once more under another name. */
  async setUpJob(name: string, change: (text: string) => string): Promise<{ spec: object }> {
    const list = await this.call(['get', 'jobs', '-l', 'app.kubernetes.io/name=set-up', '-o', 'json']);
    const { items } = JSON.parse(list) as {
      items: {
        metadata: { labels: object };
        spec: { template: { metadata: { labels: Record<string, string> } } };
      }[];
    };
    const { metadata, spec } = items[0]!;
    const { template } = spec;
    const labels = Object.entries(template.metadata.labels).filter(
      ([label]) => !/controller-uid|job-name/.test(label),
    );
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, labels: metadata.labels },
      spec: { backoffLimit: 6, template: { ...template, metadata: { labels: Object.fromEntries(labels) } } },
    };
    return JSON.parse(change(JSON.stringify(job))) as { spec: object };
  }

  async untilAvailable(seconds: number): Promise<void> {
    await this.call([
      'wait',
      '--for=condition=Available',
      'deployment',
      '-l',
      'app.kubernetes.io/part-of=lianban',
      `--timeout=${seconds}s`,
    ]);
  }

  /** The providers accept and complete, and tell of no stage in between: ten reports a request instead of fifty. */
  async leaveOutStages(): Promise<void> {
    const set = `
      const at = 'http://127.0.0.1:8090/control/providers';
      const body = JSON.stringify({ stageMs: 0 });
      const put = { method: 'PUT', headers: { 'content-type': 'application/json' }, body };
      fetch(at).then((r) => r.json()).then((all) => Promise.all(Object.keys(all).map((id) =>
        fetch(at + '/' + id, put).then((r) => { if (!r.ok) throw new Error(r.status); }),
      )));`;
    await this.call(['exec', 'deployment/providers', '--', 'node', '-e', set]);
  }

  /** Gives a simulated provider faults; `null` removes one. */
  async setFaults(provider: string, faults: object): Promise<void> {
    const set = `
      const method = 'PUT', headers = { 'content-type': 'application/json' };
      fetch('http://127.0.0.1:8090/control/providers/${provider}', { method, headers, body: process.argv[1] })
        .then((r) => { if (!r.ok) throw new Error(r.status); });`;
    await this.call([...PROVIDERS, 'node', '-e', set, JSON.stringify(faults)]);
  }

  /** What the simulated providers and the gateway of texts have done up to now. */
  async marks(): Promise<Marks> {
    const lines = await this.call([...PROVIDERS, 'wc', '-l', JOURNAL]);
    return { lines: Number(lines.split(' ')[0]) };
  }

  async effectsSince({ lines }: Marks): Promise<Effect[]> {
    const folder = await mkdtemp(join(tmpdir(), 'lianban-journal-'));
    try {
      await writeFile(join(folder, 'journal.jsonl'), (await this.journal(lines)).join('\n'));
      return await effectsIn(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** From the journal too: the gateway itself keeps only the newest. */
  async textsSince({ lines }: Marks): Promise<Text[]> {
    const texted = (await this.journal(lines))
      .map((line) => JSON.parse(line) as { entry: string; text: Text })
      .filter(({ entry }) => entry === 'texted');
    return [...new Map(texted.map(({ text }) => [text.id, text])).values()];
  }

  /** When a provider took its operations after so many lines of the journal, ms, in order. */
  async takenSince(lines: number, provider: string): Promise<number[]> {
    return (await this.journal(lines))
      .map((line) => JSON.parse(line) as { entry: string; at: string; operation?: { provider: string } })
      .filter(({ entry, operation }) => entry === 'taken' && operation?.provider === provider)
      .map(({ at }) => Date.parse(at))
      .toSorted((one, other) => one - other);
  }

  /** Its lines after so many; the one that is being written is not among them. */
  private async journal(after: number): Promise<string[]> {
    const text = await this.call([...PROVIDERS, 'tail', '-n', `+${after + 1}`, JOURNAL]);
    return text.split('\n').slice(0, -1);
  }
}
