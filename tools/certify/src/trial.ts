import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  observed,
  type DriverContext,
  type DriverFactory,
  type ListedJob,
  type OperationBody,
  type ProviderReport,
  type UtilityDriver,
} from '@lianban/adapter-kit';
import { promisedDate, shanghaiDate, type Catalogue, type Field, type Provider } from '@lianban/catalogue';
import { Clock } from '@lianban/service-kit';
import { Feed } from './feed.js';
import { FileDriver } from './file-driver.js';
import type { KafkaTopics } from './kafka-topics.js';
import { Listener } from './listener.js';
import { RelayDriver } from './relay-driver.js';
import { masked, Wire, type Exchange, type Tamper } from './wire.js';

export interface TrialOptions {
  provider: Provider;
  create: DriverFactory;
  catalogue: Catalogue;
  /** The provider's endpoint, as its row would lead to it. */
  endpoint: string;
  secret: string;
  /** Of its SFTP server, which is believed in place of those in its row. */
  hostKey?: string | undefined;
  /** Where the provider reaches us; this machine's loopback unless given. */
  publicUrl?: string | undefined;
  listenOn?: number | undefined;
  /** A call may take so long, milliseconds. */
  timeoutMs: number;
  /** So long something may take to become visible, milliseconds. */
  patienceMs: number;
  tamper?: Tamper | undefined;
  /** Of a provider that speaks `kafka`. */
  topics?: KafkaTopics | undefined;
}

const LOOK_EVERY_MS = 200;
const MAX_PAGES = 100;

/** A provider on trial: our driver, the wire between them, and what it reports. */
export class Trial {
  readonly reports: ProviderReport[] = [];
  readonly wire: Wire;
  readonly listener: Listener;
  private readonly feed: Feed;
  driver!: UtilityDriver;
  private base = '';
  private cursor?: string;
  private readonly clock = new Clock();

  constructor(readonly options: TrialOptions) {
    this.wire = new Wire(options.endpoint, options.tamper);
    const { secret, provider } = options;
    this.feed = new Feed(secret, `adapter-${provider.utility}`, this.wire.exchanges);
    this.listener = new Listener(options.secret, this.wire.exchanges, (reports) =>
      this.reports.push(...reports),
    );
  }

  async open(): Promise<void> {
    this.base = await this.wire.open();
    const address = await this.listener.open(this.options.listenOn);
    this.driver = this.driverWith(this.options.secret, this.options.publicUrl ?? address);
    if (this.driver instanceof RelayDriver) await this.openRelay();
    this.listener.read = (callback) => this.driver.readCallback?.(callback);
    await this.driver.subscribe?.(undefined);
  }

  async close(): Promise<void> {
    this.wire.close();
    this.listener.close();
    await this.options.topics?.close();
  }

  private async openRelay(): Promise<void> {
    const { topics, provider } = this.options;
    this.listener.feed = (request, response) => this.feed.answer(request, response);
    const { exchanges } = this.wire;
    await topics?.open(provider, { exchanges, take: (reports) => void this.reports.push(...reports) });
  }

  /** Our side with another secret. */
  driverWith(secret: string, publicUrl = 'http://127.0.0.1:1'): UtilityDriver {
    const { provider, create, timeoutMs, endpoint, hostKey } = this.options;
    const context: DriverContext = {
      ...{ provider, endpoint: this.base, secret: [secret], accepts: async () => true },
      ...{ callback: `${publicUrl}/reports`, callbacks: `${publicUrl}/callbacks` },
      ...{ source: `adapter-${provider.utility}`, timeout: timeoutMs, clock: this.clock },
    };
    const driver = create({ ...context, ...(hostKey && { sftp: { url: endpoint, hostKey } }) });
    if (driver.batches) return new FileDriver(driver, driver.batches, this.wire.exchanges);
    if (driver.pulls)
      return new RelayDriver((order) => this.feed.give(order, context.callback, this.options.patienceMs));
    return driver.isRelayed ? new RelayDriver((order) => this.relay(driver, order)) : driver;
  }

  /** What is told next is taken, and we do not hear of it. */
  loseNextAnswer(): void {
    const { driver } = this;
    if (driver instanceof FileDriver || driver instanceof RelayDriver) driver.loseNextAnswer();
    else this.wire.loseNextAnswer();
  }

  private async relay(driver: UtilityDriver, order: OperationBody): Promise<void> {
    const exchange: Exchange = {
      ...{ by: 'lianban', method: 'RECORD', path: 'jobs', body: masked(JSON.stringify(order)) },
      ...{ status: 0, answer: '' },
    };
    this.wire.exchanges.push(exchange);
    await driver.place(order);
    Object.assign(exchange, { status: 200, answer: 'Kafka has it' });
  }

  /** The provider's numbers of a job in what it has reported. */
  async referencesOf(order: OperationBody): Promise<string[]> {
    const reports = await this.reportsOf(order);
    return [...new Set(reports.flatMap(({ report: { reference } }) => reference ?? []))];
  }

  /** A new job of a made-up person: the first matter of this utility alone, in the provider's first district. */
  anOrder(): OperationBody {
    const { provider, catalogue } = this.options;
    const { utility } = provider;
    const now = this.clock.now();
    const today = shanghaiDate(now);
    const matter = catalogue
      .matters(today)
      .find(
        ({ parts }) =>
          parts.length === 1 && parts[0]!.utility === utility && !parts[0]!.fields.some(isAccount),
      );
    const [part] = matter!.parts;
    const requestId = randomUUID();
    return {
      ...{
        operation: randomUUID(),
        kind: 'place',
        placement: `${requestId}:${utility}:1`,
        requestId,
        utility,
      },
      ...{ provider: provider.id, attempt: 1, version: 1 },
      promisedDate: promisedDate(part!, catalogue.calendar, today),
      dossier: {
        receiptNumber: 'LB370102-20260511-J-00001-A',
        matter: matter!.code,
        registeredAt: now.toISOString(),
        applicant: { kind: 'person', name: '欧阳试样', phone: '13800000000' },
        address: { district: this.district(), text: '样例路1号' },
        fields: Object.fromEntries(part!.fields.map((field) => [field.code, this.sampleOf(field)])),
        materials: [{ code: 'ID_CARD', method: 'paper' }],
        answers: [],
      },
    };
  }

  correction(order: OperationBody): OperationBody {
    const answers = [
      {
        ...{
          correctionId: randomUUID(),
          fields: {},
          materials: [{ code: 'ID_CARD', method: 'paper' as const }],
        },
        answeredAt: this.clock.now().toISOString(),
      },
    ];
    const { dossier } = order;
    return {
      ...order,
      operation: randomUUID(),
      kind: 'correct',
      version: 2,
      dossier: { ...dossier, answers },
    };
  }

  withdrawal(order: OperationBody): OperationBody {
    return {
      ...order,
      operation: randomUUID(),
      kind: 'withdraw',
      version: 3,
      reason: 'withdrawn-by-applicant',
    };
  }

  /** Looks until it is there or patience is at an end. */
  async seen<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T | undefined> {
    const until = performance.now() + this.options.patienceMs;
    for (;;) {
      const found = await look();
      if (found !== undefined || performance.now() > until) return found;
      await pause(LOOK_EVERY_MS);
    }
  }

  /** What the provider has reported of a job, asked for where it must be. */
  async reportsOf({ requestId, attempt, placement }: OperationBody): Promise<ProviderReport[]> {
    const { driver, clock } = this;
    if (driver.poll)
      for (let hasMore = true; hasMore;) {
        const page = await driver.poll(this.cursor);
        this.reports.push(...page.reports);
        this.cursor = page.cursor;
        hasMore = page.hasMore ?? false;
      }
    const job = { requestId, attempt, placement, withdrawal: null };
    const inspected = driver.inspect ? observed(job, clock.now(), '', await driver.inspect(job)) : [];
    return [...this.reports.filter((report) => report.requestId === requestId), ...inspected];
  }

  /** Every entry of the provider's list that is this job. */
  async listed({ placement }: OperationBody): Promise<ListedJob[]> {
    const since = new Date(this.clock.now().getTime() - 86_400_000);
    const found: ListedJob[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MAX_PAGES; page++) {
      const { jobs, cursor: next } = await this.driver.list!(since, cursor);
      found.push(...jobs.filter((job) => job.placement === placement));
      if (next === null) return found;
      cursor = next;
    }
    throw new Error(`the list has no end after ${String(MAX_PAGES)} pages`);
  }

  isReason(code: string): boolean {
    return this.options.catalogue.reason(code) !== undefined;
  }

  isStage({ dossier }: OperationBody, stage: string): boolean {
    const { catalogue, provider } = this.options;
    const on = shanghaiDate(new Date(dossier.registeredAt));
    return catalogue.stages(dossier.matter, provider.utility, on).some(({ code }) => code === stage);
  }

  get patience(): string {
    return `${String(this.options.patienceMs / 1_000)} s`;
  }

  /** What the provider said and we could not take, for the words of a finding. */
  refusedCalls(): string {
    const refused = this.wire.exchanges.findLast(({ by, status }) => by === 'provider' && status !== 202);
    return refused ? `; its last call was refused: ${refused.answer}` : '';
  }

  private district(): string {
    const [code = ''] = this.options.provider.districts;
    const { catalogue } = this.options;
    if (catalogue.district(code)) return code;
    const within = Array.from(
      { length: 99 },
      (_, index) => code.slice(0, 4) + String(index + 1).padStart(2, '0'),
    );
    return within.find((each) => catalogue.district(each)) ?? code;
  }

  private sampleOf({ type, choices, min, code }: Field): unknown {
    const { carrier } = this.options.provider;
    if (code === 'carrier' && carrier) return carrier;
    if (type === 'choice') return choices![0]!.code;
    if (type === 'boolean') return true;
    return type === 'string' ? '样例' : Math.max(1, min ?? 1);
  }
}

const isAccount = ({ isAccount: is, pattern }: Field): boolean => is === true || pattern !== undefined;
