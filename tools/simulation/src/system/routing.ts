import { openItems, type DossierChanged, type JobProgressed, type Utility } from '@lianban/contracts';
import type { ServiceRequest } from '@lianban/intake/domain';
import {
  MemoryRoutedRequestRepository,
  nextCheckDate,
  RoutedRequests,
  type Context,
  type RoutedRequest,
} from '@lianban/routing/domain';
import type { Fault } from '../steps.js';
import { assertInvariant } from '../invariants/assert-invariant.js';
import type { World } from '../world.js';
import { Store, type OutboxRow, type UnitOfWork } from './store.js';

type Load = (repository: MemoryRoutedRequestRepository) => Promise<Map<string, RoutedRequest>>;
type Decide = (requests: Map<string, RoutedRequest>, context: Context) => void;

/** Routing: its requests over rows in memory. */
export class Routing {
  readonly store: Store;
  /** When the deadlines of each request are to be checked next, `YYYY-MM-DD`. */
  readonly checks = new Map<string, string | null>();

  constructor(private readonly world: World) {
    this.store = new Store('routing', (event) => world.invariants.events.handle('routing', event));
  }

  async requestOf(requestId: string): Promise<RoutedRequest | undefined> {
    return (await repositoryOf(this.store.begin()).load([requestId])).get(requestId);
  }

  /** Handles a batch: the records of one handler together, as a transport does. */
  async handle(records: readonly OutboxRow[], unitOfWork: UnitOfWork): Promise<void> {
    const { implementations } = this.world;
    const dossiers = eventsIn<DossierChanged>(records, 'DossierChanged');
    await this.update(
      unitOfWork,
      (repository) => repository.loadOrCreate(dossiers.map(({ requestId }) => requestId)),
      (requests, context) => {
        for (const each of dossiers)
          implementations.applyDossier(requests.get(each.requestId)!, each, context);
      },
    );
    const progress = eventsIn<JobProgressed>(records, 'JobProgressed');
    await this.update(
      unitOfWork,
      (repository) => repository.load(progress.map(({ requestId }) => requestId)),
      (requests, context) => {
        for (const each of progress) {
          const request = requests.get(each.requestId);
          if (request) implementations.applyProgress(request, each, context);
        }
      },
    );
  }

  checkDeadlines(requestId: string, fault?: Fault): Promise<void> {
    return this.change(requestId, fault, (request, context) =>
      this.world.implementations.enforceDeadlines(request, context),
    );
  }

  /** @throws Problem where it is refused */
  reroute(requestId: string, utility: Utility, to: string, fault?: Fault): Promise<void> {
    return this.change(requestId, fault, (request, context) =>
      request.reroute(utility, to, 'not-ours', context),
    );
  }

  private change(
    requestId: string,
    fault: Fault | undefined,
    decide: (request: RoutedRequest, context: Context) => void,
  ): Promise<void> {
    return this.store.run(fault, (unitOfWork) =>
      this.update(
        unitOfWork,
        (repository) => repository.loadForUpdate(requestId),
        (requests, context) => requests.forEach((request) => decide(request, context)),
      ),
    );
  }

  private async update(unitOfWork: UnitOfWork, load: Load, decide: Decide): Promise<void> {
    const { catalogue, now } = this.world;
    const repository = repositoryOf(unitOfWork);
    const requests = new RoutedRequests(catalogue, () => repository);
    const count = await requests.update(unitOfWork.at(now), () => load(repository), decide);
    if (count > 0) await this.observe(unitOfWork);
  }

  /** Looks at what this transaction has written, once it is committed. */
  private async observe(unitOfWork: UnitOfWork): Promise<void> {
    const ids = [...unitOfWork.rows.keys()].flatMap((key) =>
      key.startsWith('request ') ? [key.slice('request '.length)] : [],
    );
    const requests = await repositoryOf(unitOfWork).load(ids);
    unitOfWork.afterCommit(() => {
      for (const [requestId, request] of requests) {
        this.checks.set(requestId, nextCheckDate(request.jobs, this.world.catalogue.calendar));
        this.world.invariants.storage.checkProgress(request);
        this.checkAnswers(request);
      }
    });
  }

  private checkAnswers(request: RoutedRequest): void {
    const answered = answeredOf(request, this.world.intake.requestOf(request.requestId));
    assertInvariant(
      'answered-in-time',
      answered.length === 0,
      () => `${request.requestId}: ${answered.join(', ')}`,
    );
  }
}

const repositoryOf = (unitOfWork: UnitOfWork): MemoryRoutedRequestRepository =>
  new MemoryRoutedRequestRepository(unitOfWork.rowsOf([]));

const eventsIn = <T>(records: readonly OutboxRow[], type: string): T[] =>
  records.flatMap((record) => (record.type === type ? [JSON.parse(record.body) as T] : []));

/** Of what was cancelled for its deadline, was everything answered? */
const answeredOf = ({ jobs }: RoutedRequest, { parts }: ServiceRequest): string[] =>
  jobs
    .filter(({ cancelReason }) => cancelReason === 'lapsed')
    .flatMap(({ utility, correction }) => {
      const { answers } = parts.find((part) => part.utility === utility)!;
      const isAnswered = correction && answers.some(({ correctionId }) => correctionId === correction.id);
      return isAnswered && openItems(correction, answers).length === 0 ? [utility] : [];
    });
