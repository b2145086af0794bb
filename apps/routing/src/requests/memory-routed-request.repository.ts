import type { Calendar } from '@lianban/catalogue';
import type { DossierChanged } from '@lianban/contracts';
import { ConcurrentInsert } from '@lianban/messaging';
import { nextCheckDate } from './deadlines.js';
import { RoutedRequest } from './routed-request.js';
import type { RoutedRequestRepository } from './routed-request.repository.js';

/** Rows by their keys: `request <id>`, `dossier <id>`. */
export interface Rows {
  get(key: string): string | undefined;
  set(key: string, row: string): void;
  keys(): Iterable<string>;
}

type RequestRow = Pick<
  RoutedRequest,
  'version' | 'dossierVersion' | 'publicDossier' | 'jobs' | 'facts' | 'endedAt'
> & { nextCheckOn: string | null };

/** Requests as rows in memory, for the simulation. */
export class MemoryRoutedRequestRepository implements RoutedRequestRepository {
  constructor(private readonly rows: Rows) {}

  async load(requestIds: Iterable<string>): Promise<Map<string, RoutedRequest>> {
    const requests = [...new Set(requestIds)].flatMap((id) => this.read(id) ?? []);
    return new Map(requests.map((request) => [request.requestId, request]));
  }

  async loadOrCreate(requestIds: readonly string[]): Promise<Map<string, RoutedRequest>> {
    return new Map(requestIds.map((id) => [id, this.read(id) ?? new RoutedRequest(id)]));
  }

  async loadRunning(after: string, limit: number): Promise<Map<string, RoutedRequest>> {
    const isRunning = (id: string): boolean => id > after && this.row(id)!.endedAt === null;
    return this.loadWithDossiers(this.ids().filter(isRunning).toSorted().slice(0, limit));
  }

  async loadDue(today: string, limit: number): Promise<Map<string, RoutedRequest>> {
    const due = this.ids().flatMap((id) => {
      const { nextCheckOn } = this.row(id)!;
      return nextCheckOn && nextCheckOn <= today ? [`${nextCheckOn} ${id}`] : [];
    });
    const ids = due.toSorted().map((key) => key.slice(key.indexOf(' ') + 1));
    return this.loadWithDossiers(ids.slice(0, limit));
  }

  async loadForUpdate(requestId: string): Promise<Map<string, RoutedRequest>> {
    return this.loadWithDossiers([requestId]);
  }

  private async loadWithDossiers(ids: readonly string[]): Promise<Map<string, RoutedRequest>> {
    const requests = await this.load(ids);
    for (const [id, request] of requests)
      request.dossier = JSON.parse(this.rows.get(`dossier ${id}`)!) as DossierChanged;
    return requests;
  }

  async save(requests: readonly RoutedRequest[], calendar: Calendar): Promise<void> {
    if (requests.some(({ requestId, version }) => version !== (this.row(requestId)?.version ?? 0) + 1))
      throw new ConcurrentInsert('the same request was saved meanwhile');
    for (const request of requests) this.write(request, calendar);
  }

  private write(request: RoutedRequest, calendar: Calendar): void {
    const { requestId, version, dossierVersion, publicDossier, jobs, facts, endedAt, dossier } = request;
    const nextCheckOn = nextCheckDate(jobs, calendar);
    const row: RequestRow = { version, dossierVersion, publicDossier, jobs, facts, endedAt, nextCheckOn };
    this.rows.set(`request ${requestId}`, JSON.stringify(row));
    if (dossier && dossierVersion > request.storedDossierVersion)
      this.rows.set(`dossier ${requestId}`, JSON.stringify(dossier));
  }

  private read(id: string): RoutedRequest | undefined {
    const row = this.row(id);
    if (!row) return undefined;
    const { nextCheckOn: _, ...stored } = row;
    return Object.assign(new RoutedRequest(id), stored, { storedDossierVersion: row.dossierVersion });
  }

  private row(id: string): RequestRow | undefined {
    const row = this.rows.get(`request ${id}`);
    return row === undefined ? undefined : (JSON.parse(row) as RequestRow);
  }

  private ids(): string[] {
    return [...this.rows.keys()].flatMap((key) =>
      key.startsWith('request ') ? [key.slice('request '.length)] : [],
    );
  }
}
