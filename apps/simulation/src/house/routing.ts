import { openItems, type DossierChanged, type JobProgressed, type Utility } from '@lianban/contracts';
import type { ServiceRequest } from '@lianban/intake/pure';
import { decided, decisionOf, nextLook, type Context, type RequestFile } from '@lianban/routing/pure';
import type { Fault } from '../steps.js';
import { hold } from '../promises/broken.js';
import type { World } from '../world.js';
import { Store, type Said, type Work } from './store.js';

interface Row {
  version: number;
  endedAt: string | null;
  jobs: string;
}

interface DossierRow {
  version: number;
  body: string;
}

/** Routing over rows in memory, in the frame of its `Requests`. */
export class Routing {
  readonly store: Store;
  /** When each request is to be looked at next, `YYYY-MM-DD`. */
  readonly looks = new Map<string, string | null>();

  constructor(private readonly world: World) {
    this.store = new Store('routing', (event) => world.promises.said.hear('routing', event));
  }

  fileOf(requestId: string): RequestFile | undefined {
    const row = this.store.rows.get(requestId) as Row | undefined;
    return row && fileOf(requestId, row);
  }

  /** Handles a chunk: the records of one handler together, as a transport does. */
  hear(records: readonly Said[], work: Work): void {
    const ofType = (type: string): Said[] => records.filter((record) => record.type === type);
    this.hearDossiers(ofType('DossierChanged'), work);
    this.hearProgress(ofType('JobProgressed'), work);
  }

  private hearDossiers(records: readonly Said[], work: Work): void {
    for (const dossier of newestOf(records.map(({ body }) => JSON.parse(body) as DossierChanged))) {
      const { requestId, version } = dossier;
      const before = work.get<DossierRow>(`dossier ${requestId}`);
      if (before && before.version >= version) continue;
      work.put(`dossier ${requestId}`, { version, body: JSON.stringify(dossier) });
      this.change(
        work,
        requestId,
        (file, context) => this.world.ways.followDossier(file, dossier, context),
        true,
      );
    }
  }

  private hearProgress(records: readonly Said[], work: Work): void {
    for (const requestId of new Set(records.map((record) => record.requestId)))
      this.change(work, requestId, (file, context) => {
        for (const { body } of records.filter((record) => record.requestId === requestId))
          this.world.ways.followProgress(file, JSON.parse(body) as JobProgressed, context);
      });
  }

  look(requestId: string, fault?: Fault): void {
    this.store.run(fault, (work) =>
      this.change(work, requestId, (file, context) =>
        this.world.ways.lookAtClocks(this.withDossier(file, work), context),
      ),
    );
  }

  /** @throws Problem where it is refused */
  reroute(requestId: string, utility: Utility, to: string, fault?: Fault): void {
    this.store.run(fault, (work) =>
      this.change(work, requestId, (file, context) =>
        this.world.ways.reroute(this.withDossier(file, work), utility, to, 'not-ours', context),
      ),
    );
  }

  private withDossier(file: RequestFile, work: Work): RequestFile {
    const { body } = work.get<DossierRow>(`dossier ${file.requestId}`)!;
    file.dossier = JSON.parse(body) as DossierChanged;
    return file;
  }

  private change(
    work: Work,
    requestId: string,
    decide: (file: RequestFile, context: Context) => void,
    make = false,
  ): void {
    const row = work.get<Row>(requestId);
    if (!row && !make) return;
    const { now, catalogue } = this.world;
    const file = fileOf(requestId, row ?? { version: 0, endedAt: null, jobs: '[]' });
    const before = decided(file);
    decide(file, { now, catalogue, say: (event) => work.said.push(event) });
    if (decided(file) !== before) {
      file.version += 1;
      work.said.push(decisionOf(file, now, catalogue.calendar));
    }
    const jobs = JSON.stringify(file.jobs);
    if (jobs !== row?.jobs) this.keep(work, file, jobs);
  }

  private lookAtLapses(file: RequestFile): void {
    const answered = answeredOf(file, this.world.intake.requestOf(file.requestId));
    hold('answered-in-time', answered.length === 0, () => `${file.requestId}: ${answered.join(', ')}`);
  }

  private keep(work: Work, file: RequestFile, jobs: string): void {
    const { requestId, version, endedAt } = file;
    work.put(requestId, { version, endedAt, jobs });
    const look = nextLook(file, this.world.catalogue.calendar);
    work.afterCommit(() => this.looks.set(requestId, look));
    work.afterCommit(() => this.world.promises.stored.keepProgress(file));
    work.afterCommit(() => this.lookAtLapses(file));
  }
}

/** Of what lapsed, was everything answered? */
const answeredOf = ({ jobs }: RequestFile, { parts }: ServiceRequest): string[] =>
  jobs
    .filter(({ withdrawnFor }) => withdrawnFor === 'lapsed')
    .flatMap(({ utility, correction }) => {
      const { answers } = parts.find((part) => part.utility === utility)!;
      const isAnswered = correction && answers.some(({ correctionId }) => correctionId === correction.id);
      return isAnswered && openItems(correction, answers).length === 0 ? [utility] : [];
    });

function newestOf(dossiers: readonly DossierChanged[]): DossierChanged[] {
  const newest = new Map<string, DossierChanged>();
  for (const dossier of dossiers)
    if (dossier.version > (newest.get(dossier.requestId)?.version ?? 0))
      newest.set(dossier.requestId, dossier);
  return [...newest.values()];
}

const fileOf = (requestId: string, { version, endedAt, jobs }: Row): RequestFile => ({
  requestId,
  version,
  endedAt,
  jobs: JSON.parse(jobs) as RequestFile['jobs'],
  dossier: null,
});
