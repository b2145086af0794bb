import { shanghaiDate } from '@lianban/catalogue';
import {
  hashOfCode,
  type Fact,
  type JobStatus,
  type Material,
  type RequestEvent,
  type RequestStatusChanged,
  type Utility,
} from '@lianban/contracts';
import {
  bodyHash,
  checkRequest,
  toDossier,
  mergeAmendment,
  JobStates,
  formatReceiptNumber,
  toReceipt,
  toRequestedParts,
  assertSameBody,
  assertValid,
  ServiceRequest,
  type JobStateView,
  type IdempotencyRecord,
} from '@lianban/intake/domain';
import type { Fault } from '../steps.js';
import type { World } from '../world.js';
import type { ClerkDesk, ClerkReceipt } from './clerk-desk.js';
import { Store, type OutboxRow, type UnitOfWork } from './store.js';

const HALL = 'lixia';

/** Intake over rows in memory: loads, lets the request decide, stores, says. */
export class Intake {
  readonly store: Store;
  private readonly requests = new Map<string, string>();

  constructor(private readonly world: World) {
    this.store = new Store('intake', (event) => world.invariants.events.handle('intake', event));
  }

  /** The request that a key has made, if it was kept. */
  requestIdOf({ key }: ClerkDesk): string | undefined {
    return this.requests.get(key);
  }

  requestOf(requestId: string): ServiceRequest {
    return toServiceRequest(this.store.rows.get(`request ${requestId}`) as string);
  }

  jobStatesOf(requestId: string): JobStates {
    return this.jobStates(this.store.rows.get(`job states ${requestId}`) as JobStatesRow | undefined);
  }

  async register(desk: ClerkDesk, number: number, fault?: Fault): Promise<ClerkReceipt> {
    const settings = {
      catalogue: this.world.catalogue,
      registeredOn: this.world.today,
      today: this.world.today,
    };
    const attempt = { hall: HALL, key: desk.key, bodyHash: bodyHash(desk.body) };
    const checked = assertValid(checkRequest(desk.body, settings));
    return this.store.run(fault, (unitOfWork) => {
      const earlier = unitOfWork.get<IdempotencyRecord>(`registration ${desk.key}`);
      if (earlier && this.world.implementations.findsRegistration)
        return assertSameBody(earlier, attempt).receipt;
      const request = this.made(checked, number);
      const receipt = toReceipt(request, this.world.catalogue);
      unitOfWork.put(`registration ${desk.key}`, {
        ...attempt,
        requestId: request.id,
        querySecret: 1,
        receipt,
      });
      this.save(unitOfWork, request, request.asRegistered());
      unitOfWork.afterCommit(() => this.requests.set(desk.key, this.requests.get(desk.key) ?? request.id));
      return receipt;
    });
  }

  private made(checked: ReturnType<typeof checkRequest>, number: number): ServiceRequest {
    const utilities = checked.parts.map(({ part }) => part.utility);
    const facts = { district: checked.form.address.district, registeredOn: this.world.today, utilities };
    const id = this.world.newIdFor(number);
    return ServiceRequest.register({
      id,
      receiptNumber: formatReceiptNumber({ ...facts, sequence: number + 1 }),
      hall: HALL,
      registeredBy: 'clerk',
      registeredAt: this.world.now,
      catalogueVersion: this.world.catalogue.version,
      dossier: toDossier(checked),
      parts: toRequestedParts(checked),
      queryCodeSecret: 1,
      queryCodeIssue: 1,
      queryCodeHash: hashOfCode(id),
    });
  }

  /** @throws Problem where the request refuses it, as all below */
  amend(requestId: string, phone: string, utility: Utility, fields: object, fault?: Fault): Promise<void> {
    return this.change(requestId, fault, (request, jobStates) => {
      const form = { version: request.dossierVersion, parts: { [utility]: { fields } } };
      const applicant = { ...request.dossier.applicant, phone };
      request.assertAmendable(form.version, [utility], jobStates);
      const { catalogue, today } = this.world;
      const settings = { catalogue, today, registeredOn: shanghaiDate(request.registeredAt) };
      const checked = assertValid(
        checkRequest(mergeAmendment(request.dossier, { ...form, applicant }), settings),
      );
      return request.amend(
        toDossier(checked),
        new Map(checked.parts.map((each) => [each.part.utility, each.materials])),
      );
    });
  }

  withdraw(requestId: string, utilities: Utility[] | undefined, fault?: Fault): Promise<void> {
    return this.change(requestId, fault, (request, jobStates) =>
      request.withdraw(utilities, 'withdrawn-by-applicant', jobStates),
    );
  }

  /** Supplies so many of the things asked for. */
  answer(requestId: string, correctionId: string, count: number, fault?: Fault): Promise<void> {
    const { now, catalogue } = this.world;
    return this.change(requestId, fault, (request, jobStates) => {
      const { part, open } = this.world.implementations.awaiting(
        request,
        correctionId,
        jobStates,
        now,
        catalogue.calendar,
      );
      const items = open.slice(0, count);
      const isMaterial = (item: string): boolean => catalogue.material(item) !== undefined;
      const materials = items.filter(isMaterial).map((code): Material => ({ code, method: 'paper' }));
      const confirmed = items.filter((item) => !isMaterial(item));
      const answer = { correctionId, fields: {}, materials, confirmed, answeredAt: now.toISOString() };
      return request.answer(part, answer);
    });
  }

  /** Has a correction of this request run out of time with something still open? */
  hasOverdue(requestId: string): boolean {
    if (!this.jobStatesOf(requestId).jobs.some(({ correction }) => correction)) return false;
    return this.close(this.requestOf(requestId)).length > 0;
  }

  /** Takes no answer any more to what is overdue. */
  closeOverdue(requestId: string, fault?: Fault): Promise<void> {
    return this.change(requestId, fault, (request) => this.close(request));
  }

  private close(request: ServiceRequest): RequestEvent[] {
    const { implementations, today, catalogue } = this.world;
    return implementations.closeOverdue(request, this.jobStatesOf(request.id), today, catalogue.calendar);
  }

  private change(
    requestId: string,
    fault: Fault | undefined,
    decide: (request: ServiceRequest, jobStates: JobStates) => RequestEvent[],
  ): Promise<void> {
    return this.store.run(fault, (unitOfWork) => {
      const request = toServiceRequest(unitOfWork.get<string>(`request ${requestId}`)!);
      const published = decide(
        request,
        this.jobStates(unitOfWork.get<JobStatesRow>(`job states ${requestId}`)),
      );
      if (published.length > 0) this.save(unitOfWork, request, published);
    });
  }

  private save(unitOfWork: UnitOfWork, request: ServiceRequest, published: RequestEvent[]): void {
    unitOfWork.put(`request ${request.id}`, JSON.stringify(request));
    unitOfWork.published.push(
      ...published.filter(({ constructor }) => constructor.name !== 'ContactChanged'),
    );
  }

  private jobStates = (row: JobStatesRow | undefined): JobStates =>
    new JobStates(row?.jobs, row?.corrections);

  /** Stores of each request the status with the highest version. */
  handle(records: readonly OutboxRow[], unitOfWork: UnitOfWork): void {
    for (const { requestId, body } of records) {
      const { version, jobs, facts } = JSON.parse(body) as RequestStatusChanged;
      const before = unitOfWork.get<JobStatesRow>(`job states ${requestId}`);
      if (version > (before?.version ?? 0))
        unitOfWork.put(`job states ${requestId}`, {
          version,
          jobs: jobs.map(toView),
          corrections: correctionsIn(facts),
        });
    }
  }
}

interface JobStatesRow {
  version: number;
  jobs: JobStateView[];
  corrections: string[];
}

function toServiceRequest(row: string): ServiceRequest {
  const request = Object.assign(new ServiceRequest(), JSON.parse(row) as ServiceRequest);
  request.registeredAt = new Date(request.registeredAt);
  return request;
}

const toView = ({ utility, state, correction, clock: { promisedDate } }: JobStatus): JobStateView => ({
  utility,
  state,
  ...(correction && { correction }),
  promisedDate,
});

const correctionsIn = (facts: readonly Fact[]): string[] =>
  facts.flatMap(({ kind, id }) => (kind === 'correction' ? [id.slice('correction:'.length)] : []));
