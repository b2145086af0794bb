import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadCatalogue } from '@lianban/catalogue';
import { asAdmin, ensureDatabase, type RunningKafka, type RunningPostgres } from '@lianban/engines';
import { KafkaClient, prepareDatabase } from '@lianban/messaging';
import { TcpProxy, TestIssuer } from '@lianban/testing';
import { Addresses, type Instance } from './addresses.js';
import { busyCatalogue } from './catalogue.js';
import { Door } from './door.js';
import { openKafka, openPostgres, releaseDisk, smallDisk, type Watched } from './engines.js';
import { DATABASE, databaseUrl, envOf, PASSWORD, simulatorEnv, type Surroundings } from './environment.js';
import { KAFKA_LIB, programOf, SIMULATOR_PROGRAM } from './paths.js';
import { Processes, type Extra } from './processes.js';
import { serviceOf } from './service-of.js';

export const SIMULATOR = 'provider-simulator';
const PATIENCE = 120_000;

export interface HouseOptions {
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
  /** What every service is started with. */
  extra?: Extra;
}

type Undo = () => unknown;

/** A whole house, each process of it started, hurt and ended from here. */
export class ChaosHouse {
  readonly folder = mkdtempSync(join(tmpdir(), 'lianban-chaos-'));
  readonly proxies = new Map<string, TcpProxy>();
  /** The small disks by what lies on them. */
  readonly disks = new Map<'postgres' | 'kafka', string>();
  issuer!: TestIssuer;
  addresses!: Addresses;
  processes!: Processes;
  postgres!: Watched<RunningPostgres>;
  kafka?: Watched<RunningKafka>;
  private around!: Surroundings;
  private openDoor?: Door;
  private readonly undo: Undo[] = [];
  private engines?: Promise<void>;
  private isStopped = false;

  private constructor(readonly options: HouseOptions) {
    chmodSync(this.folder, 0o755);
    this.undo.push(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** @param onMade told of the house before anything runs, so that it can be ended whatever happens */
  static async open(
    options: HouseOptions,
    onMade: (house: ChaosHouse) => void = () => {},
  ): Promise<ChaosHouse> {
    const house = new ChaosHouse(options);
    onMade(house);
    await house.prepare();
    await (house.engines = house.startEngines());
    if (house.isStopped) throw new Error('the house was ended while it started');
    await house.startProcesses();
    return house;
  }

  get door(): Door {
    return this.openDoor!;
  }

  get url(): string {
    return `http://127.0.0.1:${this.addresses.door}`;
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
    return this.around.prefix;
  }

  get instances(): readonly Instance[] {
    return this.addresses.instances;
  }

  /** Ends everything, the last first; what is just starting must have started to be ended. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.engines?.catch(() => {});
    for (const act of this.undo.splice(0).toReversed()) await Promise.resolve(act()).catch(() => {});
  }

  /** Resolves when every instance, or each of these, is ready, or throws naming those that are not. */
  async untilReady(names = this.instances.map(({ name }) => name)): Promise<void> {
    const late = (): string[] => names.filter((name) => !this.door.isReady(name));
    for (const end = Date.now() + PATIENCE; late().length > 0; await pause(100))
      if (Date.now() > end) throw new Error(`not ready: ${late().join(', ')}`);
  }

  private async prepare(): Promise<void> {
    const { instancesEach, brokers, logFolder, extra, proxied = [] } = this.options;
    const isProxied = (link: string): boolean => proxied === 'all' || proxied.includes(link);
    this.addresses = await Addresses.choose(instancesEach, isProxied);
    this.issuer = await TestIssuer.start();
    this.undo.push(() => this.issuer.stop());
    this.around = {
      addresses: this.addresses,
      issuer: this.issuer.env,
      catalogueFolder: busyCatalogue(this.folder),
      brokers,
      prefix: `c${randomBytes(4).toString('hex')}.`,
    };
    this.processes = new Processes(logFolder, extra, (name) => this.openDoor?.forget(name));
  }

  private async startEngines(): Promise<void> {
    const hasKafka = !this.options.brokers;
    const [postgres, kafka] = await Promise.all([
      openPostgres(await this.roomFor('postgres'), this.addresses.postgres, PASSWORD),
      hasKafka ? openKafka(KAFKA_LIB, await this.roomFor('kafka'), this.addresses.kafka) : undefined,
    ]);
    [this.postgres, this.kafka] = [postgres, kafka];
    this.undo.push(
      () => postgres.stop(),
      () => kafka?.stop(),
    );
    await ensureDatabase(postgres.now.adminUrl, DATABASE);
    await asAdmin(this.adminUrl, (admin) => prepareDatabase(admin, () => PASSWORD));
    await new KafkaClient(
      { brokers: this.brokers, clientId: 'chaos', prefix: this.prefix },
      () => {},
    ).createTopics(1);
    const proxied = this.addresses.links.filter(({ port, target }) => port !== target);
    await Promise.all(proxied.map(({ name, port, target }) => this.join(name, port, target)));
  }

  private get adminUrl(): string {
    return databaseUrl('postgres', this.addresses.postgres);
  }

  private async roomFor(engine: 'postgres' | 'kafka'): Promise<string> {
    const folder = join(this.folder, engine);
    const { diskMegabytes } = this.options;
    const disk = diskMegabytes ? await smallDisk(folder, diskMegabytes) : undefined;
    if (!disk) return folder;
    this.undo.push(() => releaseDisk(disk));
    this.disks.set(engine, disk);
    return join(disk, 'data');
  }

  private async join(name: string, port: number, target: number): Promise<void> {
    const proxy = await TcpProxy.start(port, target);
    this.proxies.set(name, proxy);
    this.undo.push(() => proxy.stop());
  }

  private async startProcesses(): Promise<void> {
    const providers = loadCatalogue(this.around.catalogueFolder).providers();
    this.undo.push(() => this.processes.stop());
    const env = simulatorEnv(this.around, this.simulatorFolder, this.options.stageMs);
    this.processes.start(SIMULATOR, { main: SIMULATOR_PROGRAM, env });
    for (const instance of this.instances)
      this.processes.start(instance.name, {
        main: programOf(instance.service),
        env: envOf(instance, this.around),
      });
    this.openDoor = await Door.open(this.addresses.door, this.instances, (path) =>
      serviceOf(path, providers),
    );
    this.undo.push(() => this.door.close());
    await this.untilReady();
  }
}
