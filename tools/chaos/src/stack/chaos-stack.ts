import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadCatalogue } from '@lianban/catalogue';
import { asAdmin, ensureDatabase, type RunningKafka, type RunningPostgres } from '@lianban/engines';
import { KafkaClient, prepareDatabase } from '@lianban/messaging';
import { eventually, TcpProxy, TestIssuer } from '@lianban/testing';
import { Addresses, type Instance } from './addresses.js';
import { archiveFolder, archiveSettings } from './backup.js';
import { busyCatalogue } from './catalogue.js';
import { LoadBalancer } from './load-balancer.js';
import { openKafka, openPostgres, releaseDisk, smallDisk, type SupervisedEngine } from './engines.js';
import { DATABASE, databaseUrl, envOf, PASSWORD, simulatorEnv, type ProcessContext } from './environment.js';
import { KAFKA_LIB, programOf, SIMULATOR_PROGRAM } from './paths.js';
import { Processes, type Extra } from './processes.js';
import { serviceOf } from './service-of.js';

export const SIMULATOR = 'provider-simulator';
const TIMEOUT_MS = 120_000;

export interface StackOptions {
  /** Where every process leaves its log. */
  logFolder: string;
  instancesEach: number;
  /** From one report of a simulated provider to the next, ms. */
  stageMs: number;
  /** Data on disks of so many megabytes that can be filled, where a disk may be mounted. */
  diskMegabytes?: number;
  /** Links with a proxy that can be harmed; all cost the machine something. None unless given. */
  proxied?: 'all' | readonly string[];
  /** A Kafka that is not ours and must not be hurt, `host:port`. */
  brokers?: string;
  /** The rights that services need there, and how they come in; `brokers` may then be used by the harness alone. */
  access?: { allow(prefix: string): Promise<void>; envOf(service: string): Record<string, string> };
  /** PostgreSQL archives its log, for a backup. */
  archives?: boolean;
  /** What every service is started with. */
  extra?: Extra;
}

type Cleanup = () => unknown;

/** A whole stack, each process of it started, disturbed and ended from here. */
export class ChaosStack {
  readonly folder = mkdtempSync(join(tmpdir(), 'lianban-chaos-'));
  readonly proxies = new Map<string, TcpProxy>();
  /** The small disks by what lies on them. */
  readonly disks = new Map<'postgres' | 'kafka', string>();
  issuer!: TestIssuer;
  addresses!: Addresses;
  processes!: Processes;
  postgres!: SupervisedEngine<RunningPostgres>;
  kafka?: SupervisedEngine<RunningKafka>;
  private context!: ProcessContext;
  private openLoadBalancer?: LoadBalancer;
  private readonly cleanups: Cleanup[] = [];
  private engines?: Promise<void>;
  private isStopped = false;

  private constructor(readonly options: StackOptions) {
    chmodSync(this.folder, 0o755);
    this.cleanups.push(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** @param onCreated called before anything runs, so that it can be ended whatever happens */
  static async open(
    options: StackOptions,
    onCreated: (stack: ChaosStack) => void = () => {},
  ): Promise<ChaosStack> {
    const stack = new ChaosStack(options);
    onCreated(stack);
    await stack.prepare();
    await (stack.engines = stack.startEngines());
    if (stack.isStopped) throw new Error('the stack was ended while it started');
    await stack.startProcesses();
    return stack;
  }

  get loadBalancer(): LoadBalancer {
    return this.openLoadBalancer!;
  }

  get url(): string {
    return `http://127.0.0.1:${this.addresses.loadBalancer}`;
  }

  get simulatorUrl(): string {
    return `http://127.0.0.1:${this.addresses.simulator}`;
  }

  get simulatorFolder(): string {
    return join(this.folder, SIMULATOR);
  }

  /** `host:port` of Kafka itself, past the proxy. */
  get brokers(): string {
    return this.options.brokers ?? `127.0.0.1:${this.addresses.kafka.port}`;
  }

  get prefix(): string {
    return this.context.prefix;
  }

  get instances(): readonly Instance[] {
    return this.addresses.instances;
  }

  /** Ends everything, the last first; what is just starting must have started to be ended. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.engines?.catch(() => {});
    for (const action of this.cleanups.splice(0).toReversed())
      await Promise.resolve(action()).catch(() => {});
  }

  /** Resolves when every instance, or each of these, is ready, or throws naming those that are not. */
  async untilReady(names = this.instances.map(({ name }) => name)): Promise<void> {
    const notReady = (): string[] => names.filter((name) => !this.loadBalancer.isReady(name));
    for (const end = Date.now() + TIMEOUT_MS; notReady().length > 0; await pause(100))
      if (Date.now() > end) throw new Error(`not ready: ${notReady().join(', ')}`);
  }

  private async prepare(): Promise<void> {
    const { instancesEach, brokers, logFolder, extra, proxied = [] } = this.options;
    const isProxied = (link: string): boolean => proxied === 'all' || proxied.includes(link);
    this.addresses = await Addresses.choose(instancesEach, isProxied);
    this.issuer = await TestIssuer.start();
    this.cleanups.push(() => this.issuer.stop());
    this.context = {
      addresses: this.addresses,
      issuer: this.issuer.env,
      catalogueFolder: busyCatalogue(this.folder),
      brokers,
      prefix: `c${randomBytes(4).toString('hex')}.`,
    };
    this.processes = new Processes(logFolder, extra, (name) => this.openLoadBalancer?.forget(name));
  }

  private async startEngines(): Promise<void> {
    const hasKafka = !this.options.brokers;
    const [postgres, kafka] = await Promise.all([
      openPostgres(
        await this.folderFor('postgres'),
        this.addresses.postgres,
        PASSWORD,
        this.options.archives ? archiveSettings(await archiveFolder(this.folder)) : [],
      ),
      hasKafka ? openKafka(KAFKA_LIB, await this.folderFor('kafka'), this.addresses.kafka) : undefined,
    ]);
    [this.postgres, this.kafka] = [postgres, kafka];
    this.cleanups.push(
      () => postgres.stop(),
      () => kafka?.stop(),
    );
    await ensureDatabase(postgres.now.adminUrl, DATABASE);
    await asAdmin(this.adminUrl, (admin) => prepareDatabase(admin, () => PASSWORD));
    await this.createTopics();
    await this.options.access?.allow(this.prefix);
    const proxied = this.addresses.links.filter(({ port, target }) => port !== target);
    await Promise.all(proxied.map(({ name, port, target }) => this.join(name, port, target)));
  }

  async createTopics(): Promise<void> {
    const address = { brokers: this.brokers, clientId: 'chaos', prefix: this.prefix };
    await new KafkaClient(address, () => {}).createTopics(1);
  }

  private get adminUrl(): string {
    return databaseUrl('postgres', this.addresses.postgres);
  }

  private async folderFor(engine: 'postgres' | 'kafka'): Promise<string> {
    const folder = join(this.folder, engine);
    const { diskMegabytes } = this.options;
    const disk = diskMegabytes ? await smallDisk(folder, diskMegabytes) : undefined;
    if (!disk) return folder;
    this.cleanups.push(() => releaseDisk(disk));
    this.disks.set(engine, disk);
    return join(disk, 'data');
  }

  private async join(name: string, port: number, target: number): Promise<void> {
    const proxy = await TcpProxy.start(port, target);
    this.proxies.set(name, proxy);
    this.cleanups.push(() => proxy.stop());
  }

  private async startProcesses(): Promise<void> {
    const providers = loadCatalogue(this.context.catalogueFolder).providers();
    this.cleanups.push(() => this.processes.stop());
    const env = simulatorEnv(this.context, this.simulatorFolder, this.options.stageMs);
    this.processes.start(SIMULATOR, { ...SIMULATOR_PROGRAM, env });
    for (const instance of this.instances)
      this.processes.start(instance.name, {
        ...programOf(instance.service),
        env: { ...envOf(instance, this.context), ...this.options.access?.envOf(instance.service) },
      });
    this.openLoadBalancer = await LoadBalancer.open(this.addresses.loadBalancer, this.instances, (path) =>
      serviceOf(path, providers),
    );
    this.cleanups.push(() => this.loadBalancer.close());
    await this.untilReady();
    await eventually(() => fetch(`${this.simulatorUrl}/health/ready`), TIMEOUT_MS);
  }
}
