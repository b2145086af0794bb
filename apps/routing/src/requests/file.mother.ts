import { loadCatalogue } from '@lianban/catalogue';
import {
  DossierChanged,
  JobProgressed,
  JobDesired,
  type DossierPart,
  type RequestEvent,
  type Utility,
} from '@lianban/contracts';
import type { Context } from './context.js';
import { followDossier } from './follow-dossier.js';
import { followProgress } from './follow-progress.js';
import type { Job, RequestFile } from './request-file.js';

export const REQUEST_ID = '0196bd00-0000-7000-8000-000000000001';
export const CORRECTION = {
  id: '0196bd00-0000-7000-8000-0000000000c1',
  items: ['ID_CARD'],
  dueDate: '2026-05-18',
};
/** A Monday, 10 o'clock in Shandong. */
export const REGISTERED_AT = '2026-05-11T02:00:00.000Z';
/** Noon of a day in Shandong. */
export const noonOf = (date: string): Date => new Date(`${date}T04:00:00.000Z`);
export const catalogue = loadCatalogue();

const PROVIDERS: Record<Utility, string> = {
  water: 'jinan-water',
  electricity: 'jinan-electricity',
  gas: 'jinan-gas',
  heat: 'jinan-heat',
  telecom: 'jinan-unicom',
};

export const aPart = (utility: Utility, changes: Partial<DossierPart> = {}): DossierPart => ({
  utility,
  provider: PROVIDERS[utility],
  promisedDate: '2026-05-27',
  fields: { usage: 'residential' },
  materials: [{ code: 'ID_CARD', by: 'paper' }],
  answers: [],
  ...changes,
});

/** Of nobody: the number is a fictional sample. */
export const aDossier = (changes: Partial<DossierChanged> = {}): DossierChanged =>
  Object.assign(new DossierChanged(), {
    requestId: REQUEST_ID,
    version: 1,
    receiptNumber: 'LB370102-20260511-J-00001-A',
    matter: 'JOINT_NEW',
    catalogueVersion: 'test',
    registeredAt: REGISTERED_AT,
    applicant: {
      kind: 'person',
      name: '欧阳试样',
      documentType: 'resident-id',
      documentNumber: '370102199003070016',
      phone: '13800138000',
    },
    address: { district: '370102', text: '历下区样例路1号', room: '502' },
    parts: [aPart('water')],
    ...changes,
  });

export const aProgress = (changes: Partial<JobProgressed> = {}): JobProgressed =>
  Object.assign(new JobProgressed(), {
    requestId: REQUEST_ID,
    utility: 'water',
    attempt: 1,
    version: 1,
    provider: 'jinan-water',
    operation: { kind: 'place', delivery: 'delivered', since: REGISTERED_AT },
    delivered: true,
    accepted: true,
    state: 'in-progress',
    since: REGISTERED_AT,
    withdrawal: 'none',
    stages: [],
    ...changes,
  });

/** A request on its way through decisions, and what was said of it. */
export class FileStory {
  readonly said: RequestEvent[] = [];
  now = new Date(REGISTERED_AT);
  file: RequestFile = { requestId: REQUEST_ID, version: 0, jobs: [], endedAt: null, dossier: null };

  static placed(...utilities: Utility[]): FileStory {
    const parts = (utilities.length > 0 ? utilities : ['water' as const]).map((utility) => aPart(utility));
    return new FileStory().dossier({ parts });
  }

  get context(): Context {
    return { now: this.now, catalogue, say: (event) => void this.said.push(event) };
  }

  get wishes(): JobDesired[] {
    return this.said.filter((event) => event instanceof JobDesired);
  }

  job(utility: Utility = 'water'): Job {
    return this.file.jobs.find((job) => job.utility === utility)!;
  }

  on(date: string): this {
    this.now = noonOf(date);
    return this;
  }

  dossier(changes: Partial<DossierChanged> = {}): this {
    followDossier(this.file, aDossier(changes), this.context);
    return this;
  }

  /** The next word of the job's newest attempt, unless it says otherwise. */
  progress(changes: Partial<JobProgressed> = {}): this {
    const { attempt, progress } = this.job(changes.utility);
    const version = progress.version + 1;
    followProgress(this.file, aProgress({ attempt, version, ...changes }), this.context);
    return this;
  }
}
