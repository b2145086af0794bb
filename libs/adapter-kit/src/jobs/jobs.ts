import { Inject, Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import type { JobDesired, Utility } from '@lianban/contracts';
import type { UnitOfWork } from '@lianban/messaging';
import { v7 } from 'uuid';
import { AdapterConfig, callByOf, leaseOf } from '../adapter.config.js';
import { UTILITY } from '../adapter.js';
import { DeliveryBell } from '../deliveries/delivery-bell.js';
import { ProviderLinks } from '../deliveries/provider-links.js';
import { Rooms } from '../deliveries/room.js';
import type { Context } from './context.js';
import { recordFacts } from './facts.js';
import { JobRepository } from './job.repository.js';
import type { JobFile, Operation, OperationStatus } from './job-file.js';
import { isAsAssumed, progressOf } from './progress-of.js';

/** Its operations that stand so. */
const inHand = ({ placements }: JobFile, statuses: readonly OperationStatus[]): Operation[] =>
  placements.flatMap(({ operation }) =>
    operation && statuses.includes(operation.status) ? [operation] : [],
  );

/** Opens files, lets a decision change them, stores them and says what changed: the frame of every use case here. */
@Injectable()
export class Jobs {
  constructor(
    private readonly catalogue: Catalogue,
    @Inject(UTILITY) private readonly utility: Utility,
    private readonly bell: DeliveryBell,
    private readonly rooms: Rooms,
    private readonly links: ProviderLinks,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
  ) {}

  /**
   * `decide` sees the files of these requests that exist, or all of them where `make` says so. With `onlyNews` nothing is
   * published of a file whose public side is as before.
   */
  async change(
    { manager, publish, now, onCommit }: UnitOfWork,
    requestIds: Iterable<string>,
    decide: (files: Map<string, JobFile>, context: Context) => void | Promise<void>,
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
      .filter((file) => file.version > 0 || !isAsAssumed(file))
      .filter((file) => !onlyNews || before.get(file) !== this.publicSide(file));
    for (const file of news) file.version += 1;
    publish(news.map((file) => progressOf(file, this.utility)));
    await repository.save(changed, { taken, lease: leaseOf(this.config) });
    await repository.saveFindings([...files.values()]);
    if (changed.some((file) => inHand(file, ['pending', 'failing', 'unknown']).length > 0))
      onCommit(() => this.bell.nudge());
  }

  private publicSide = (file: JobFile): string =>
    file.placements.length > 0 ? JSON.stringify(progressOf(file, this.utility)) : '';

  /** What there is room for is called as soon as this commits, without being looked for in the database. */
  private takeForSending(operation: Operation, afterCommit: UnitOfWork['onCommit']): boolean {
    const { provider } = operation;
    if (this.links.isTroubled(provider) || !this.rooms.tryToEnter(provider)) return false;
    operation.status = 'sending';
    const callBy = callByOf(this.config);
    afterCommit(
      () => this.bell.handOver({ ...operation, mayStillArrive: false, callBy }),
      () => this.rooms.leave(provider),
    );
    return true;
  }

  /** Shows one file under its lock, for a change that is nobody else's news. */
  async look(
    { manager }: UnitOfWork,
    requestId: string,
    see: (files: Map<string, JobFile>) => void,
  ): Promise<void> {
    see(await new JobRepository(manager, this.utility).load([requestId]));
  }
}
