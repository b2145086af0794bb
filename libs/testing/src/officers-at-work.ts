import { setTimeout as pause } from 'node:timers/promises';
import type { JobDesired } from '@lianban/contracts';
import type { BackOffice, JobPicture } from './describe-conversation.js';

const LOOK_EVERY_MS = 20;

/** As the simulated providers know them. */
interface Faults {
  down?: boolean;
  takeAfterMs?: number;
  outcome?: 'accept' | 'refuse' | 'return' | 'hold' | 'ask-correction';
  reason?: string;
  items?: string[];
  refuseWithdrawals?: boolean;
  loseAnswers?: number;
  reports?: 'twice' | 'out-of-order' | 'late';
  lateMs?: number;
}

interface ShownJob {
  job: { state: string; desired: { dossier: JobPicture['dossier'] } };
  actions: { action: string; stages?: { code: string }[] }[];
}

type Act = [what: string, body?: object];

/** Calls the API as an officer; answers whatever came of it. */
export type CallAsOfficer = (
  method: string,
  path: string,
  body?: object,
) => Promise<{ status: number; body: unknown }>;

/**
 * An officer of a provider without any system: she looks at her list and acts over Lianban's own API, and keeps what she saw of
 * each job.
 */
export class OfficersAtWork implements BackOffice {
  private faults: Faults = {};
  private readonly seen = new Map<string, JobPicture>();
  private readonly working: Promise<void>;
  private isOver = false;

  constructor(
    private readonly utility: string,
    private readonly provider: string,
    private readonly callAsOfficer: CallAsOfficer,
  ) {
    this.working = this.work();
  }

  async setFaults(faults: object): Promise<void> {
    const merged = Object.entries({ ...this.faults, ...faults });
    this.faults = Object.fromEntries(merged.filter(([, value]) => value !== null));
  }

  clearFaults(): void {
    this.faults = {};
  }

  async pictureOf({ requestId }: JobDesired): Promise<JobPicture | undefined> {
    return this.seen.get(requestId);
  }

  /** Throws what kept her from working. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.working;
  }

  private async work(): Promise<void> {
    for (; !this.isOver; await pause(LOOK_EVERY_MS)) {
      if (this.faults.down) continue;
      const { jobs } = await this.ask<{ jobs: { requestId: string }[] }>('GET', 'jobs');
      for (const { requestId } of jobs) await this.lookAt(requestId);
    }
  }

  private async lookAt(requestId: string): Promise<void> {
    const { reports, lateMs = 0, takeAfterMs = 0 } = this.faults;
    if (takeAfterMs > 0 && !this.seen.has(requestId)) await pause(takeAfterMs);
    const shown = await this.ask<ShownJob>('GET', `jobs/${requestId}`);
    const picture = this.note(requestId, shown);
    for (const [what, body] of this.nextActs(requestId, shown)) {
      if (reports === 'late') await pause(lateMs);
      const isDone = await this.act(requestId, what, body);
      if (isDone && what === 'withdrawal')
        picture.isWithdrawn = (body as { answer: string }).answer === 'agreed';
    }
  }

  private note(requestId: string, shown: ShownJob): JobPicture {
    const { state, desired } = shown.job;
    const before = this.seen.get(requestId);
    const operations = before?.operations ?? [{ kind: 'place', effects: 1 }];
    if (before && JSON.stringify(before.dossier) !== JSON.stringify(desired.dossier))
      operations.push({ kind: 'correct', effects: 1 });
    if (offered(shown, 'withdrawal')) operations.push({ kind: 'withdraw', effects: 1 });
    const isWithdrawn = before?.isWithdrawn ?? false;
    const picture = { state, isWithdrawn, dossier: desired.dossier, operations };
    this.seen.set(requestId, picture);
    return picture;
  }

  private nextActs(requestId: string, shown: ShownJob): Act[] {
    const { outcome, reason, items, refuseWithdrawals, reports } = this.faults;
    const { state } = shown.job;
    if (offered(shown, 'claim')) return [['claim']];
    if (offered(shown, 'withdrawal'))
      return [
        ['withdrawal', refuseWithdrawals ? { answer: 'refused', reason: 'withdrawal-too-late' } : AGREED],
      ];
    const refusal: Act = ['refuse', { reason, legalBasis: '《行政许可法》第三十二条' }];
    if (outcome === 'refuse') return [refusal];
    if (state === 'placed') {
      const acceptance: Act = ['accept', { reference: `${this.provider}-${requestId.slice(-8)}` }];
      return reports === 'out-of-order' ? [['complete'], acceptance] : [acceptance];
    }
    if (outcome === 'accept') return [];
    if (outcome === 'return') return [refusal];
    if (outcome === 'hold') return state === 'held' ? [] : [['hold', { reason }]];
    if (outcome === 'ask-correction') return state === 'waiting' ? [] : [['correction', { reason, items }]];
    if (state === 'waiting') return [];
    if (state === 'held') return [['resume']];
    const stage = offered(shown, 'stage')?.stages?.[0]?.code;
    return [stage ? ['stage', { stage }] : ['complete']];
  }

  /** Acts, and acts again where she did so twice or had no answer. Answers whether it was hers to do. */
  private async act(requestId: string, what: string, body?: object): Promise<boolean> {
    const times = this.faults.reports === 'twice' || this.losesAnswer() ? 2 : 1;
    const path = `jobs/${requestId}/${what}`;
    const answers = await Promise.all(Array.from({ length: times }, () => this.call('POST', path, body)));
    const wrong = answers.find(({ status }) => status !== 204 && status !== 409);
    if (wrong) throw new Error(`${what}: ${wrong.status} ${JSON.stringify(wrong.body)}`);
    return answers.some(({ status }) => status === 204);
  }

  private losesAnswer(): boolean {
    const { loseAnswers = 0 } = this.faults;
    if (loseAnswers > 0) this.faults.loseAnswers = loseAnswers - 1;
    return loseAnswers > 0;
  }

  private async ask<T>(method: string, path: string): Promise<T> {
    const { status, body } = await this.call(method, path);
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body as T;
  }

  private call(method: string, path: string, body?: object) {
    return this.callAsOfficer(method, `workbench/${this.utility}/${path}`, body);
  }
}

const AGREED = { answer: 'agreed' };

const offered = ({ actions }: ShownJob, wanted: string) => actions.find(({ action }) => action === wanted);
