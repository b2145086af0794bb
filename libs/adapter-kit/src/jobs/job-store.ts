import { Inject, Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import type { JobDesired, Utility } from '@lianban/contracts';
import type { UnitOfWork } from '@lianban/messaging';
import { v7 } from 'uuid';
import { AdapterConfig, callDeadline, leaseMs } from '../adapter.config.js';
import { UTILITY } from '../adapter.js';
import { DeliverySignal } from '../delivery/delivery-signal.js';
import { CircuitBreaker } from '../delivery/circuit-breaker.js';
import { ProviderRateLimiter } from '../delivery/provider-rate-limiter.js';
import type { Context } from './context.js';
import { recordFacts } from './facts.js';
import { JobRepository } from './job.repository.js';
import type { Job, Operation, OperationStatus } from './job.js';
import { isInitial, toProgressEvent } from './progress-event.js';

/** Its operations that stand so. */
const inHand = ({ placements }: Job, statuses: readonly OperationStatus[]): Operation[] =>
  placements.flatMap(({ operation }) =>
    operation && statuses.includes(operation.status) ? [operation] : [],
  );

/** Opens files, lets a decision change them, stores them and says what changed: the frame of every use case here. */
@Injectable()
export class JobStore {
  constructor(
    private readonly catalogue: Catalogue,
    @Inject(UTILITY) private readonly utility: Utility,
    private readonly bell: DeliverySignal,
    private readonly rooms: ProviderRateLimiter,
    private readonly links: CircuitBreaker,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
  ) {}

  /**
   * `decide` sees the files of these requests that exist, or all of them where `make` says so. With `onlyNews` nothing is
   * published of a file whose public side is as before.
   */
  async update(
    { manager, publish, now, onCommit }: UnitOfWork,
    requestIds: Iterable<string>,
    decide: (files: Map<string, Job>, context: Context) => void | Promise<void>,
    { make = false, onlyNews = false, desired = [] as readonly JobDesired[] } = {},
  ): Promise<void> {
    const repository = new JobRepository(manager, this.utility);
    const files = await (make ? repository.loadOrCreate(requestIds) : repository.load(requestIds));
    desired.forEach((each) => repository.addDesired(each));
    const before = new Map(onlyNews ? [...files.values()].map((file) => [file, this.publicSide(file)]) : []);
    const { reportChangesPerHour: changesPerHour } = this.config;
    await decide(files, { now, catalogue: this.catalogue, newId: v7, changesPerHour });
    for (const file of files.values()) recordFacts(file, this.utility, now);
    const pending = [...files.values()].flatMap((file) => inHand(file, ['pending']));
    const taken = new Set(pending.filter((operation) => this.takeForSending(operation, onCommit)));
    const changed = [...files.values()].filter(repository.hasChanged);
    const news = changed
      .filter((file) => file.version > 0 || !isInitial(file))
      .filter((file) => !onlyNews || before.get(file) !== this.publicSide(file));
    for (const file of news) file.version += 1;
    publish(news.map((file) => toProgressEvent(file, this.utility)));
    await repository.save(changed, { taken, lease: leaseMs(this.config) });
    await repository.saveFindings([...files.values()]);
    if (changed.some((file) => inHand(file, ['pending', 'failing', 'unknown']).length > 0))
      onCommit(() => this.bell.nudge());
  }

  private publicSide = (file: Job): string =>
    file.placements.length > 0 ? JSON.stringify(toProgressEvent(file, this.utility)) : '';

  /** What there is room for is called as soon as this commits, without being looked for in the database. */
  private takeForSending(operation: Operation, afterCommit: UnitOfWork['onCommit']): boolean {
    const { provider } = operation;
    if (this.links.isTripped(provider) || !this.rooms.tryAcquire(provider)) return false;
    operation.status = 'sending';
    const callBy = callDeadline(this.config);
    afterCommit(
      () => this.bell.dispatch({ ...operation, mayBeInFlight: false, callBy }),
      () => this.rooms.release(provider),
    );
    return true;
  }

  /** Shows one file under its lock, for a change that is nobody else's news. */
  async withLock(
    { manager }: UnitOfWork,
    requestId: string,
    see: (files: Map<string, Job>) => void,
  ): Promise<void> {
    see(await new JobRepository(manager, this.utility).load([requestId]));
  }
}
