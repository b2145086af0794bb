import { openItems, type DossierChanged, type JobProgressed, type Utility } from '@lianban/contracts';
import type { ServiceRequest } from '@lianban/intake/domain';
import { nextCheckDate, RoutedRequest, toStatusEvent, type Context } from '@lianban/routing/domain';
import type { Fault } from '../steps.js';
import { assertInvariant } from '../invariants/assert-invariant.js';
import type { World } from '../world.js';
import { Store, type OutboxRow, type UnitOfWork } from './store.js';

/** Routing over rows in memory, in the frame of its `RoutedRequests`. */
export class Routing {
  readonly store: Store;
  /** When the deadlines of each request are to be checked next, `YYYY-MM-DD`. */
  readonly checks = new Map<string, string | null>();

  constructor(private readonly world: World) {
    this.store = new Store('routing', (event) => world.invariants.events.handle('routing', event));
  }

  requestOf(requestId: string): RoutedRequest | undefined {
    const row = this.store.rows.get(requestId) as string | undefined;
    return row === undefined ? undefined : toRequest(requestId, row);
  }

  /** Handles a batch: the records of one handler together, as a transport does. */
  handle(records: readonly OutboxRow[], unitOfWork: UnitOfWork): void {
    const ofType = (type: string): OutboxRow[] => records.filter((record) => record.type === type);
    this.update(unitOfWork, ofType('DossierChanged'), true, (request, body, context) =>
      this.world.implementations.applyDossier(request, body as DossierChanged, context),
    );
    this.update(unitOfWork, ofType('JobProgressed'), false, (request, body, context) =>
      this.world.implementations.applyProgress(request, body as JobProgressed, context),
    );
  }

  private update(
    unitOfWork: UnitOfWork,
    records: readonly OutboxRow[],
    create: boolean,
    apply: (request: RoutedRequest, body: unknown, context: Context) => void,
  ): void {
    for (const requestId of new Set(records.map((record) => record.requestId)))
      this.change(
        unitOfWork,
        requestId,
        (request, context) => {
          for (const { body } of records.filter((record) => record.requestId === requestId))
            apply(request, JSON.parse(body), context);
        },
        create,
      );
  }

  checkDeadlines(requestId: string, fault?: Fault): void {
    this.store.run(fault, (unitOfWork) =>
      this.change(unitOfWork, requestId, (request, context) =>
        this.world.implementations.enforceDeadlines(this.withDossier(request, unitOfWork), context),
      ),
    );
  }

  /** @throws Problem where it is refused */
  reroute(requestId: string, utility: Utility, to: string, fault?: Fault): void {
    this.store.run(fault, (unitOfWork) =>
      this.change(unitOfWork, requestId, (request, context) =>
        this.withDossier(request, unitOfWork).reroute(utility, to, 'not-ours', context),
      ),
    );
  }

  private withDossier(request: RoutedRequest, unitOfWork: UnitOfWork): RoutedRequest {
    request.dossier = JSON.parse(unitOfWork.get<string>(`dossier ${request.requestId}`)!) as DossierChanged;
    return request;
  }

  private change(
    unitOfWork: UnitOfWork,
    requestId: string,
    decide: (request: RoutedRequest, context: Context) => void,
    create = false,
  ): void {
    const row = unitOfWork.get<string>(requestId);
    if (row === undefined && !create) return;
    const { now, catalogue } = this.world;
    const request = row === undefined ? new RoutedRequest(requestId) : toRequest(requestId, row);
    decide(request, { now, catalogue });
    if (!request.isChanged) return;
    request.version += 1;
    unitOfWork.published.push(...request.desired, toStatusEvent(request, now, catalogue.calendar));
    this.keep(unitOfWork, request);
  }

  private checkAnswers(request: RoutedRequest): void {
    const answered = answeredOf(request, this.world.intake.requestOf(request.requestId));
    assertInvariant(
      'answered-in-time',
      answered.length === 0,
      () => `${request.requestId}: ${answered.join(', ')}`,
    );
  }

  private keep(unitOfWork: UnitOfWork, request: RoutedRequest): void {
    const { requestId, version, dossierVersion, publicDossier, jobs, facts, endedAt, dossier } = request;
    unitOfWork.put(
      requestId,
      JSON.stringify({ version, dossierVersion, publicDossier, jobs, facts, endedAt }),
    );
    if (dossier) unitOfWork.put(`dossier ${requestId}`, JSON.stringify(dossier));
    const check = nextCheckDate(jobs, this.world.catalogue.calendar);
    unitOfWork.afterCommit(() => this.checks.set(requestId, check));
    unitOfWork.afterCommit(() => this.world.invariants.storage.keepProgress(request));
    unitOfWork.afterCommit(() => this.checkAnswers(request));
  }
}

const toRequest = (requestId: string, row: string): RoutedRequest =>
  Object.assign(new RoutedRequest(requestId), JSON.parse(row) as object);

/** Of what was cancelled for its deadline, was everything answered? */
const answeredOf = ({ jobs }: RoutedRequest, { parts }: ServiceRequest): string[] =>
  jobs
    .filter(({ cancelReason }) => cancelReason === 'lapsed')
    .flatMap(({ utility, correction }) => {
      const { answers } = parts.find((part) => part.utility === utility)!;
      const isAnswered = correction && answers.some(({ correctionId }) => correctionId === correction.id);
      return isAnswered && openItems(correction, answers).length === 0 ? [utility] : [];
    });
