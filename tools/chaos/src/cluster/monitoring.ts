import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@lianban/engines';
import { NAMESPACE, type Access, type Cluster } from './cluster.js';

const RULES = fileURLToPath(new URL('../../../../observability/rules/lianban.yaml', import.meta.url));
/** In the drill an alert does not wait until a fault has proved to last. */
const PATIENCE = '15s';
/** The components that the shipped PodMonitor names. */
const SCRAPED = /^(front|worker|adapter)$/;
const START_MS = 30_000;

/** Prometheus and Alertmanager as programs of this machine, with the shipped rules; they read the pods by way of the API server. */
export class Monitoring {
  private constructor(
    private readonly folder: string,
    private readonly programs: readonly ChildProcess[],
    private readonly pods: Server,
    private readonly url: string,
  ) {}

  static async start(cluster: Cluster, prometheus: string, alertmanager: string): Promise<Monitoring> {
    const folder = await mkdtemp(join(tmpdir(), 'lianban-monitoring-'));
    const write = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    };
    const [port, alertPort, gossipFree] = [await freePort(), await freePort(), '--cluster.listen-address='];
    const access = await cluster.access();
    const pods = await discovery(cluster, access);
    const rules = await readFile(RULES, 'utf8');
    const settings = {
      global: { scrape_interval: '5s', evaluation_interval: '5s' },
      rule_files: [await write('rules.yaml', rules.replaceAll(/^( *for): \w+$/gm, `$1: ${PATIENCE}`))],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertPort}`] }] }] },
      scrape_configs: [await scraping(access, `http://127.0.0.1:${portOf(pods)}/`, write)],
    };
    const routes = {
      route: { receiver: 'nobody', group_wait: '0s', group_interval: '1s' },
      receivers: [{ name: 'nobody' }],
    };
    const run = (program: string, args: string[]): ChildProcess =>
      spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const programs = [
      run(alertmanager, [
        `--config.file=${await write('alertmanager.yaml', JSON.stringify(routes))}`,
        '--log.level=error',
        `--storage.path=${join(folder, 'alerts')}`,
        `--web.listen-address=127.0.0.1:${alertPort}`,
        gossipFree,
      ]),
      run(prometheus, [
        `--config.file=${await write('prometheus.yaml', JSON.stringify(settings))}`,
        '--log.level=error',
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ]),
    ];
    const monitoring = new Monitoring(folder, programs, pods, `http://127.0.0.1:${alertPort}`);
    try {
      await ready(`http://127.0.0.1:${port}`);
      await ready(`http://127.0.0.1:${alertPort}`);
    } catch (error) {
      await monitoring.stop();
      throw error;
    }
    return monitoring;
  }

  /** Names of the alerts that Alertmanager tells of now. */
  async firing(): Promise<Set<string>> {
    const answer = await fetch(`${this.url}/api/v2/alerts?active=true`).catch(() => undefined);
    const alerts = ((await answer?.json()) ?? []) as { labels: { alertname: string } }[];
    return new Set(alerts.map(({ labels }) => labels.alertname));
  }

  /** Waits until it is so; answers after how many seconds, `undefined` where it never was. */
  async until(isSo: (firing: Set<string>) => boolean, seconds: number): Promise<number | undefined> {
    for (const from = Date.now(); Date.now() - from < seconds * 1_000; await pause(1_000))
      if (isSo(await this.firing())) return Math.round((Date.now() - from) / 1_000);
    return undefined;
  }

  async stop(): Promise<void> {
    for (const program of this.programs) program.kill();
    this.pods.close();
    await pause(1_000);
    await rm(this.folder, { recursive: true });
  }
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Both programs say by the same path that they have started; what hinders them, they have written. */
async function ready(url: string): Promise<void> {
  for (const end = Date.now() + START_MS; Date.now() < end; await pause(500))
    if ((await fetch(`${url}/-/ready`).catch(() => undefined))?.ok) return;
  throw new Error(`${url} is not ready after ${START_MS / 1_000} s`);
}

async function scraping(
  access: Access,
  pods: string,
  write: (name: string, text: string) => Promise<string>,
) {
  return {
    job_name: 'lianban',
    scheme: 'https',
    tls_config: {
      ca_file: await write('ca.crt', access.authority),
      cert_file: await write('client.crt', access.certificate),
      key_file: await write('client.key', access.key),
    },
    http_sd_configs: [{ url: pods, refresh_interval: '5s' }],
  };
}

/** Debian's Prometheus cannot discover pods itself. */
async function discovery(cluster: Cluster, access: Access): Promise<Server> {
  const { host } = new URL(access.server);
  const targets = async () =>
    (await cluster.pods())
      .filter(({ metadata }) => SCRAPED.test(metadata.labels['app.kubernetes.io/component'] ?? ''))
      .map(({ metadata: { name, labels } }) => ({
        targets: [host],
        labels: {
          instance: name,
          app_kubernetes_io_name: labels['app.kubernetes.io/name'],
          __metrics_path__: `/api/v1/namespaces/${NAMESPACE}/pods/${name}:8081/proxy/metrics`,
        },
      }));
  const server = createServer((_, response) => {
    targets().then(
      (found) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found)),
      () => response.writeHead(503).end(),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}
