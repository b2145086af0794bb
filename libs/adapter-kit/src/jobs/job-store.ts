import { Inject, Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import type { JobDesired } from '@lianban/contracts';
import type { UnitOfWork } from '@lianban/messaging';
import { AdapterConfig } from '../adapter.config.js';
import type { Context } from './context.js';
import type { Job } from './job.js';
import type { JobRepository } from './job.repository.js';
import { isDue, type Operation } from './operation.js';
import { nextProgressEvent } from './progress-event.js';

/** Opens the repository of a unit of work. */
export const JOB_REPOSITORY = Symbol('job repository');
export type OpenJobRepository = (work: Pick<UnitOfWork, 'manager'>) => JobRepository;

/** Sends what is due. */
export abstract class OperationSender {
  /** Takes an operation for sending when this transaction commits. Answers false where it has to wait its turn. */
  abstract reserve(operation: Operation, onCommit: UnitOfWork['onCommit']): boolean;
  /** Operations are due. */
  abstract wake(): void;
}

type Decide = (jobs: Map<string, Job>, context: Context) => void | Promise<void>;

/** Loads jobs, lets a decision change them, saves them and publishes what is news: the frame of every use case here. */
@Injectable()
export class JobStore {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly sender: OperationSender,
    @Inject(JOB_REPOSITORY) private readonly openRepository: OpenJobRepository,
    @Inject(AdapterConfig) private readonly config: Pick<AdapterConfig, 'reportChangesPerHour'>,
  ) {}

  /** `decide` sees those jobs of these requests that exist. */
  async update(work: UnitOfWork, requestIds: Iterable<string>, decide: Decide): Promise<void> {
    const repository = this.openRepository(work);
    await this.apply(work, repository, await repository.load(requestIds), decide);
  }

  /** `decide` sees the jobs that these desired states are about. */
  async updateDesired(work: UnitOfWork, desired: readonly JobDesired[], decide: Decide): Promise<void> {
    const repository = this.openRepository(work);
    await this.apply(work, repository, await repository.loadOrCreate(desired), decide);
  }

  private async apply(
    { now, publish, onCommit }: UnitOfWork,
    repository: JobRepository,
    jobs: Map<string, Job>,
    decide: Decide,
  ): Promise<void> {
    const { reportChangesPerHour: changesPerHour } = this.config;
    const newId = (): string => repository.newId();
    await decide(jobs, { now, catalogue: this.catalogue, newId, changesPerHour });
    const due = [...jobs.values()].flatMap((job) => job.operations()).filter((each) => isDue(each, now));
    const leased = due.filter(
      (operation) => operation.status === 'pending' && this.sender.reserve(operation, onCommit),
    );
    publish([...jobs.values()].flatMap((job) => nextProgressEvent(job) ?? []));
    await repository.save(jobs.values(), new Set(leased));
    if (due.length > leased.length) onCommit(() => this.sender.wake());
  }

  /** Shows jobs under their locks, for a change that is nobody else's news. */
  lock(work: UnitOfWork, requestId: string): Promise<Map<string, Job>> {
    return this.openRepository(work).load([requestId]);
  }
}
