import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@lianban/engines';
import { NAMESPACE, type Access, type Cluster } from './cluster.js';

const RULES = fileURLToPath(new URL('../../../../observability/rules/lianban.yaml', import.meta.url));
/** In the drill an alert does not wait until a fault has proved to last. */
const PATIENCE = '15s';

/** Prometheus and Alertmanager as programs of this machine, with the shipped rules; they read the pods by way of the API server. */
export class Monitoring {
  private constructor(
    private readonly folder: string,
    private readonly programs: readonly ChildProcess[],
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
    const rules = await readFile(RULES, 'utf8');
    const settings = {
      global: { scrape_interval: '5s', evaluation_interval: '5s' },
      rule_files: [await write('rules.yaml', rules.replaceAll(/^( *for): \w+$/gm, `$1: ${PATIENCE}`))],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertPort}`] }] }] },
      scrape_configs: [await scraping(access, write)],
    };
    const routes = {
      route: { receiver: 'nobody', group_wait: '0s', group_interval: '1s' },
      receivers: [{ name: 'nobody' }],
    };
    const run = (program: string, args: string[]): ChildProcess => spawn(program, args, { stdio: 'ignore' });
    const programs = [
      run(alertmanager, [
        `--config.file=${await write('alertmanager.yaml', JSON.stringify(routes))}`,
        `--storage.path=${join(folder, 'alerts')}`,
        `--web.listen-address=127.0.0.1:${alertPort}`,
        gossipFree,
      ]),
      run(prometheus, [
        `--config.file=${await write('prometheus.yaml', JSON.stringify(settings))}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ]),
    ];
    return new Monitoring(folder, programs, `http://127.0.0.1:${alertPort}`);
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
    await pause(1_000);
    await rm(this.folder, { recursive: true });
  }
}

async function scraping(access: Access, write: (name: string, text: string) => Promise<string>) {
  const { hostname, port } = new URL(access.server);
  const tls_config = {
    ca_file: await write('ca.crt', access.authority),
    cert_file: await write('client.crt', access.certificate),
    key_file: await write('client.key', access.key),
  };
  return {
    job_name: 'lianban',
    scheme: 'https',
    tls_config,
    kubernetes_sd_configs: [
      { role: 'pod', api_server: access.server, tls_config, namespaces: { names: [NAMESPACE] } },
    ],
    relabel_configs: [
      {
        source_labels: ['__meta_kubernetes_pod_label_app_kubernetes_io_component'],
        regex: 'front|worker|adapter',
        action: 'keep',
      },
      { source_labels: ['__meta_kubernetes_pod_container_port_name'], regex: 'operations', action: 'keep' },
      {
        source_labels: ['__meta_kubernetes_pod_name'],
        regex: '(.+)',
        target_label: '__metrics_path__',
        replacement: `/api/v1/namespaces/${NAMESPACE}/pods/$1:8081/proxy/metrics`,
      },
      { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'instance' },
      {
        source_labels: ['__meta_kubernetes_pod_label_app_kubernetes_io_name'],
        target_label: 'app_kubernetes_io_name',
      },
      { target_label: '__address__', replacement: `${hostname}:${port}` },
    ],
  };
}
