import {
  giveUpOperation,
  isInitial,
  toProgressEvent,
  recordFacts,
  retryOperation,
  type Context,
  type Finding,
  type Job,
  type JobReport,
  type Operation,
  type RetryPolicy,
  type Placement,
} from '@lianban/adapter-kit/domain';
import type { JobDesired, Utility } from '@lianban/contracts';
import type { Fault } from '../steps.js';
import type { World } from '../world.js';
import type { Call } from './calls.js';
import { claim, doubt, handsOf, isExpired, type Claimed, type Hand } from './claims.js';
import { Links } from './links.js';
import { Store, type Said, type Work } from './store.js';

/** A report as its provider sends it, until the adapter has taken it. */
export interface Letter {
  id: string;
  provider: string;
  requestId: string;
  attempt: number;
  report: JobReport;
}

type Row = Omit<Job, 'placements' | 'findings'> & { placements: string };
type Decide = (files: Map<string, Job>, context: Context, work: Work) => void;

const PATIENCE: RetryPolicy = {
  maxTries: 6,
  delayAfterMs: (attempts) => Math.min(300_000, 1_000 * 2 ** Math.max(0, attempts - 1)),
};

/** An adapter over rows in memory, in the frame of the kit's `JobStore`. */
export class Adapter {
  readonly store: Store;
  readonly links = new Links();
  /** Calls under way, by request. */
  readonly calls = new Map<string, Call[]>();
  readonly hands = new Map<string, Hand[]>();
  readonly operations = new Map<string, Operation>();
  readonly findings: Finding[] = [];

  constructor(
    private readonly world: World,
    readonly utility: Utility,
  ) {
    const name = `adapter-${utility}`;
    this.store = new Store(name, (event) => world.promises.said.hear(name, event));
  }

  fileOf(requestId: string): Job | undefined {
    const row = this.store.rows.get(requestId) as Row | undefined;
    return row && fileOf(row);
  }

  hear(records: readonly Said[], work: Work): void {
    const wishes = records.map(({ body }) => JSON.parse(body) as JobDesired);
    const ids = [...new Set(wishes.map(({ requestId }) => requestId))];
    this.change(work, ids, true, (files, context) => {
      for (const wanted of wishes)
        this.world.ways.applyDesiredState(files.get(wanted.requestId)!, wanted, context);
    });
  }

  /** Takes a due operation for sending. */
  claim(requestId: string, { attempt }: Hand, fault?: Fault): Claimed {
    return this.store.run(fault, (work) => {
      const file = fileOf(work.get<Row>(requestId)!);
      const claimed = claim(at(file, attempt), this.world.now);
      this.keep(work, file);
      return claimed;
    });
  }

  expire(requestId: string, fault?: Fault): void {
    this.store.run(fault, (work) => {
      const file = fileOf(work.get<Row>(requestId)!);
      for (const { attempt } of handsOf(file.placements).filter((hand) => isExpired(hand, this.world.now)))
        doubt(at(file, attempt), this.world.now);
      this.keep(work, file);
    });
  }

  note(requestId: string, { claimed, outcome }: Call, fault?: Fault): void {
    this.act(requestId, fault, (file, context) => {
      const before = at(file, claimed.operation.attempt);
      const state = before.state;
      this.world.ways.recordOutcome(file, claimed.operation.id, outcome!, PATIENCE, context);
      if (outcome!.kind === 'taken' && outcome!.report)
        this.world.promises.stored.hearState(before, outcome!.report);
      if (outcome!.kind === 'refused' && claimed.operation.kind === 'withdraw')
        this.world.promises.stored.refusalChanged(before, state);
    });
  }

  retry(requestId: string, operation: string, fault?: Fault): void {
    this.act(requestId, fault, (file, context) => retryOperation(file, operation, context));
  }

  giveUp(requestId: string, operation: string, fault?: Fault): void {
    this.act(requestId, fault, (file, context) => giveUpOperation(file, operation, context));
  }

  /** Takes a report once; answers whether the provider may forget it. */
  take(letter: Letter, fault?: Fault): boolean {
    const { requestId, attempt, provider, id, report } = letter;
    return this.store.run(fault, (work) => {
      let taken = false;
      this.change(work, [requestId], false, (files, context) => {
        const placement = files.get(requestId)?.placements.find((each) => each.attempt === attempt);
        taken = placement?.desired.provider === provider;
        if (!taken || work.get(`report ${id}`)) return;
        const before = { ...placement! };
        const why = this.world.ways.handleReport(files.get(requestId)!, attempt, report, context);
        this.world.promises.stored.reportTaken(before, placement!, report, why === 'older');
        work.put(`report ${id}`, true);
      });
      return taken;
    });
  }

  private act(
    requestId: string,
    fault: Fault | undefined,
    decide: (file: Job, context: Context) => void,
  ): void {
    this.store.run(fault, (work) =>
      this.change(work, [requestId], false, (files, context) => decide(files.get(requestId)!, context)),
    );
  }

  private change(work: Work, ids: readonly string[], make: boolean, decide: Decide): void {
    const rows = ids.map((requestId) => work.get<Row>(requestId) ?? (make ? emptyRow(requestId) : undefined));
    const files = new Map(rows.flatMap((row) => (row ? [[row.requestId, fileOf(row)]] : [])));
    decide(
      files,
      { now: this.world.now, catalogue: this.world.catalogue, newId: () => this.world.newId() },
      work,
    );
    for (const file of files.values()) {
      recordFacts(file, this.utility, this.world.now);
      const before = rows.find((row) => row?.requestId === file.requestId)!.placements;
      if (JSON.stringify(file.placements) === before) continue;
      if (file.version > 0 || !isInitial(file)) {
        file.version += 1;
        work.said.push(toProgressEvent(file, this.utility));
      }
      this.keep(work, file);
    }
  }

  private keep(work: Work, file: Job): void {
    const operations = file.placements.flatMap(({ closed, operation }) => [
      ...closed,
      ...(operation ? [operation] : []),
    ]);
    for (const placement of file.placements) placement.closed = [];
    const { placements, findings, ...job } = file;
    work.put(file.requestId, { ...job, placements: JSON.stringify(placements) });
    work.afterCommit(() => {
      for (const operation of operations) this.operations.set(operation.id, operation);
      this.findings.push(...findings);
      this.hands.set(file.requestId, handsOf(placements));
      this.world.promises.stored.keepJob(this.utility, file, operations);
    });
  }
}

export const at = (file: Job, attempt: number): Placement =>
  file.placements.find((placement) => placement.attempt === attempt)!;

const emptyRow = (requestId: string): Row => ({
  requestId,
  version: 0,
  delivered: false,
  accepted: false,
  facts: [],
  placements: '[]',
});

const fileOf = ({ placements, ...job }: Row): Job => ({
  ...job,
  placements: JSON.parse(placements) as Placement[],
  findings: [],
});
