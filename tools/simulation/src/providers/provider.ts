import type { JobReport, OperationBody, Outcome } from '@lianban/adapter-kit/domain';
import { highestAfter, isTerminal, JOB_STATES, canTransition, type JobState } from '@lianban/contracts';
import type { PendingReport } from '../system/adapter.js';
import { numberOf, type Random } from '../random.js';
import type { World } from '../world.js';

/** A placement as its provider keeps it. */
export interface Order {
  name: string;
  requestId: string;
  attempt: number;
  reference: string;
  state: JobState;
  highestState: JobState;
  sequence: number;
  reportedAt: number;
  /** Was a withdrawal taken and not yet answered? */
  isAsked: boolean;
  /** Did the provider place the same thing twice, not knowing our key? */
  isExtra: boolean;
  answers: number;
}

type Answer = Extract<Outcome, { kind: 'taken' | 'refused' }>;
type ReportContent = Partial<JobReport>;

const STATE_WEIGHTS: Partial<Record<JobState, number>> = {
  accepted: 6,
  'in-progress': 6,
  waiting: 4,
  held: 3,
  completed: 4,
};
/** The word about a second order says that it is there, and is news about nothing else. */
const LONG_AGO = '2026-01-01T00:00:00.000Z';
const HOLD_REASONS = ['permit', 'expert-review', 'not-ours', 'force-majeure'];

/** A provider as one meets it: honours our key or can only be asked, answers now or later, and sometimes talks nonsense. */
export class Provider {
  isDown = false;
  readonly orders = new Map<string, Order[]>();
  readonly effects = new Map<string, number>();
  private readonly answers = new Map<string, Answer>();
  private readonly bodies = new Map<string, string>();

  constructor(
    readonly id: string,
    readonly retrySafety: 'idempotency-key' | 'status-query',
    /** Does it count its reports? One that does not tells only the time. */
    private readonly hasSequence: boolean,
    private readonly world: World,
  ) {}

  ordersOf(requestId: string): Order[] {
    return this.orders.get(requestId) ?? [];
  }

  /** Takes an operation; one whose key it honours is done once and answered alike for ever. */
  take(body: OperationBody, random: Random): Answer {
    const earlier = this.answers.get(body.operation);
    this.world.invariants.effects.sameBody(this.retrySafety, body, this.bodies.get(body.operation));
    if (earlier && this.retrySafety === 'idempotency-key') return earlier;
    const answer = this[body.kind](body, random);
    this.answers.set(body.operation, earlier ?? answer);
    this.bodies.set(body.operation, JSON.stringify(body));
    if (answer.kind === 'taken') this.effect(body);
    return answer;
  }

  /** What became of an operation, asked by its id. */
  find(operation: string): Outcome {
    return this.answers.get(operation) ?? { kind: 'absent' };
  }

  private effect(body: OperationBody): void {
    const count = (this.effects.get(body.operation) ?? 0) + 1;
    this.effects.set(body.operation, count);
    this.world.invariants.effects.done(body, count, this.retrySafety);
  }

  private place(body: OperationBody, random: Random): Answer {
    if (random.percent(6)) return { kind: 'refused', reason: 'not-covered', providerMessage: '管网未覆盖' };
    const orders = this.ordersOf(body.requestId);
    const earlier = orders.filter(({ name }) => name === body.placement).length;
    const order = this.orderOf(body, earlier);
    this.orders.set(body.requestId, [...orders, order]);
    if (earlier > 0) this.send(order, { state: 'accepted', sequence: 0, at: LONG_AGO });
    const report = random.percent(30) && earlier === 0 ? this.move(order, 'accepted', random) : undefined;
    return {
      kind: 'taken',
      ...(random.percent(80) && { reference: order.reference }),
      ...(report && { report }),
    };
  }

  private orderOf({ placement, requestId, attempt }: OperationBody, earlier: number): Order {
    const reference = `${numberOf(this.id, placement, earlier)}`;
    const start = { sequence: 0, reportedAt: 0, isAsked: false, isExtra: earlier > 0, answers: 0 };
    return {
      name: placement,
      requestId,
      attempt,
      reference,
      state: 'placed',
      highestState: 'placed',
      ...start,
    };
  }

  private correct(body: OperationBody, random: Random): Answer {
    const order = this.orderFor(body);
    if (!order || isTerminal(order.state)) return { kind: 'refused', reason: 'not-covered' };
    if (random.percent(8)) return this.refuseCorrection(order, random);
    const isAnswered = body.dossier.answers.length > order.answers;
    order.answers = body.dossier.answers.length;
    if (isAnswered && order.state === 'waiting') this.send(order, this.move(order, 'in-progress', random));
    return { kind: 'taken' };
  }

  /** Who is still waiting asks again. */
  private refuseCorrection(order: Order, random: Random): Answer {
    if (order.state === 'waiting') this.send(order, this.move(order, 'waiting', random));
    return { kind: 'refused', reason: 'not-covered' };
  }

  private withdraw(body: OperationBody, random: Random): Answer {
    const order = this.orderFor(body);
    if (!order || random.percent(25)) return { kind: 'refused', reason: 'withdrawal-too-late' };
    if (isTerminal(order.state)) return this.refuseLater(order);
    if (random.percent(40)) return { kind: 'taken', report: this.agree(order) };
    order.isAsked = true;
    return { kind: 'taken' };
  }

  private refuseLater(order: Order): Answer {
    this.send(order, this.refusal(order));
    return { kind: 'taken' };
  }

  private refusal(order: Order): JobReport {
    return this.toReport(order, { withdrawal: 'refused', reason: 'withdrawal-too-late' });
  }

  private orderFor({ requestId, placement }: OperationBody): Order | undefined {
    return this.ordersOf(requestId).find(({ name }) => name === placement);
  }

  /** One step of the provider's own work on an order, and the report of it. */
  work(order: Order, random: Random): void {
    if (isTerminal(order.state)) return this.sendUnsolicited(order, random);
    if (order.isAsked && random.percent(60)) return this.answerWithdrawal(order, random);
    const next = JOB_STATES.filter(
      (state) => state !== 'placed' && canTransition(order.state, state, order.highestState),
    );
    const weighted = next.map((state) => ({ state, weight: STATE_WEIGHTS[state] ?? 1 }));
    this.send(order, this.move(order, random.weighted(weighted).state, random));
  }

  /** Brings an order to its end; lets go what is wanted no more. */
  finish(order: Order, random: Random): void {
    this.send(order, order.isAsked ? this.agree(order) : this.move(order, 'completed', random));
  }

  /** Who keeps an order may have a question about it; of the two he tells the later first. */
  private answerWithdrawal(order: Order, random: Random): void {
    order.isAsked = false;
    if (random.percent(50)) return this.send(order, this.agree(order));
    const asks = canTransition(order.state, 'waiting', order.highestState) && random.percent(50);
    const question = asks && this.move(order, 'waiting', random);
    this.send(order, this.refusal(order));
    if (question) this.send(order, question);
  }

  private agree(order: Order): JobReport {
    order.isAsked = false;
    order.state = 'cancelled';
    return this.toReport(order, { withdrawal: 'agreed' });
  }

  /** Something that cannot be, and then how it is again. */
  private sendUnsolicited(order: Order, random: Random): void {
    this.send(order, { state: random.pick(['accepted', 'in-progress', 'waiting'] as const) });
    this.send(order, { state: order.state });
  }

  private move(order: Order, state: JobState, random: Random): JobReport {
    order.state = state;
    order.highestState = highestAfter(order.highestState, state);
    return this.toReport(order, { state, ...detailsOf(state, random) });
  }

  private toReport(order: Order, content: ReportContent): JobReport {
    order.sequence += 1;
    order.reportedAt = Math.max(order.reportedAt + 1, this.world.now.getTime());
    const when = {
      at: new Date(order.reportedAt).toISOString(),
      ...(this.hasSequence && { sequence: order.sequence }),
    };
    return { ...when, reference: order.reference, ...content };
  }

  private send(order: Order, content: ReportContent): void {
    const report = content.at ? (content as JobReport) : this.toReport(order, content);
    const id = `${this.id} ${order.reference} ${report.at}`;
    const { requestId, attempt } = order;
    const pendingReport: PendingReport = { id, provider: this.id, requestId, attempt, report };
    this.world.post(order.name, pendingReport);
  }
}

const CORRECTION_ITEMS = [['ID_CARD'], ['ID_CARD', 'PROPERTY_CERT']];

function detailsOf(state: JobState, random: Random): ReportContent {
  if (state === 'held') return { reason: random.pick(HOLD_REASONS) };
  if (state === 'waiting')
    return {
      reason: 'material-missing',
      ...(random.percent(80) && { correction: { items: random.pick(CORRECTION_ITEMS) } }),
    };
  return isTerminal(state) && state !== 'completed' ? { reason: 'not-covered' } : {};
}
