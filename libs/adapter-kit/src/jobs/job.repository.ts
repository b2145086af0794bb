import type { JobDesired } from '@lianban/contracts';
import type { Job } from './job.js';
import type { LeasedOperation, Operation } from './operation.js';

/** How many more operations a provider may be sent now. */
export interface Capacity {
  provider: string;
  free: number;
}

/** The jobs of one adapter in one transaction, loaded and saved a batch at a time. */
export interface JobRepository {
  /** Loads the jobs of these requests and locks them; one that was never desired is missing from the answer. */
  load(requestIds: Iterable<string>): Promise<Map<string, Job>>;

  /** Loads the jobs that these desired states are about; one that does not exist is new. */
  loadOrCreate(desired: readonly JobDesired[]): Promise<Map<string, Job>>;

  /**
   * Saves what has changed of jobs that were loaded here, and leases these of their operations for sending.
   * @throws ConcurrentInsert where a new job is no longer new
   */
  save(jobs: Iterable<Job>, leased: ReadonlySet<Operation>): Promise<void>;

  /** Leases due operations for sending, the longest due first; others skip what is leased. */
  leaseDue(capacities: readonly Capacity[]): Promise<LeasedOperation[]>;

  /** What is leased for longer than the lease has an unknown outcome. */
  expireLeases(): Promise<void>;

  newId(): string;
}
