import type { Calendar } from '@lianban/catalogue';
import type { RoutedRequest } from './routed-request.js';

/** The requests that routing follows, in one transaction, loaded and saved a batch at a time. */
export interface RoutedRequestRepository {
  /** Those of these ids that exist. */
  load(requestIds: Iterable<string>): Promise<Map<string, RoutedRequest>>;

  /** All of these ids; what does not exist yet is new. */
  loadOrCreate(requestIds: readonly string[]): Promise<Map<string, RoutedRequest>>;

  /** Running requests with ids after this one, in their order, with their dossiers. */
  loadRunning(after: string, limit: number): Promise<Map<string, RoutedRequest>>;

  /** Requests with a deadline to check by this day, with their dossiers; another instance skips what is loaded here. */
  loadDue(today: string, limit: number): Promise<Map<string, RoutedRequest>>;

  /** One request with its dossier; nobody else saves it before this transaction ends. */
  loadForUpdate(requestId: string): Promise<Map<string, RoutedRequest>>;

  /**
   * Saves these requests under their next versions, their changed jobs, and dossiers that are new.
   * @throws ConcurrentInsert where another instance has saved one of them meanwhile: nothing is saved then
   */
  save(requests: readonly RoutedRequest[], calendar: Calendar): Promise<void>;
}
