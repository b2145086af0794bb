import type {
  DecisionMade,
  JobDecision,
  JobProgressed,
  RequestChanged,
  RequestPart,
  Utility,
} from '@lianban/contracts';

type Plain<E> = { [K in keyof E]: E[K] };
export type RequestSnapshot = Plain<RequestChanged>;
export type DecisionSnapshot = Plain<DecisionMade>;
export type ProgressSnapshot = Plain<JobProgressed>;

/** The last word of every source about one request. */
export type Snapshots = { request: RequestSnapshot; decision?: DecisionSnapshot } & Partial<
  Record<Utility, ProgressSnapshot>
>;

/** A request as it is remembered; `revision`, the sum of the versions, grows with every change of it. */
export interface Tracked {
  requestId: string;
  revision: number;
  snapshots: Snapshots;
}

/** What the sources say about one job. */
export interface TrackedJob {
  part: RequestPart;
  decision?: JobDecision;
  progress?: ProgressSnapshot;
}

/** The jobs of a request: its parts, each with what is known of it; no part is added later (design 4, rule 2). */
export const jobsOf = ({ request, decision, ...progress }: Snapshots): TrackedJob[] =>
  request.parts.map((part) => ({
    part,
    decision: decision?.jobs.find(({ utility }) => utility === part.utility),
    progress: progress[part.utility],
  }));
