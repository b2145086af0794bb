import { loadCatalogue } from '@lianban/catalogue';
import {
  DossierChanged,
  JobProgressed,
  JobDesired,
  type DossierPart,
  type Utility,
} from '@lianban/contracts';
import type { RoutedJob } from './routed-job.js';
import { RoutedRequest, type Context } from './routed-request.js';

export const REQUEST_ID = '0196bd00-0000-7000-8000-000000000001';
export const CORRECTION = {
  id: '0196bd00-0000-7000-8000-0000000000c1',
  items: ['ID_CARD'],
  deadline: '2026-05-18',
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
  materials: [{ code: 'ID_CARD', method: 'paper' }],
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
    hall: 'lixia',
    applicantMasked: '欧阳**',
    queryCodeHash: '0'.repeat(64),
    pendingMaterials: [],
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
    facts: [],
    ...changes,
  });

/** A request on its way through decisions. */
export class RequestStory {
  now = new Date(REGISTERED_AT);
  readonly request = new RoutedRequest(REQUEST_ID);
  private dossiers = 0;

  static placed(...utilities: Utility[]): RequestStory {
    const parts = (utilities.length > 0 ? utilities : ['water' as const]).map((utility) => aPart(utility));
    return new RequestStory().dossier({ parts });
  }

  get context(): Context {
    return { now: this.now, catalogue };
  }

  /** Every desired state so far. */
  get desired(): JobDesired[] {
    return this.request.desired;
  }

  get factIds(): string[] {
    return this.request.facts.map(({ id }) => id);
  }

  job(utility: Utility = 'water'): RoutedJob {
    return this.request.jobs.find((job) => job.utility === utility)!;
  }

  on(date: string): this {
    this.now = noonOf(date);
    return this;
  }

  /** The next version of the dossier, unless it says otherwise. */
  dossier(changes: Partial<DossierChanged> = {}): this {
    this.request.applyDossier(aDossier({ version: (this.dossiers += 1), ...changes }), this.context);
    return this;
  }

  /** The next report about the job's newest attempt, unless it says otherwise. */
  progress(changes: Partial<JobProgressed> = {}): this {
    const { attempt, progressVersion } = this.job(changes.utility);
    this.request.applyProgress(
      aProgress({ attempt, version: progressVersion + 1, ...changes }),
      this.context,
    );
    return this;
  }

  /** Forgets that anything changed, as after it was stored; tells whether it had. */
  settle(): boolean {
    const { isChanged } = this.request;
    this.request.isChanged = false;
    return isChanged;
  }
}
