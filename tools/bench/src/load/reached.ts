import type { Mark } from './jobs.js';

/** Has the request of this status come as far as the mark? @param body as tracking keeps it */
export function hasReached(body: string, { utilities, states }: Mark): boolean {
  const { jobs } = JSON.parse(body) as { jobs: { utility: string; state: string }[] };
  return utilities.every((utility) =>
    jobs.some((job) => job.utility === utility && states.includes(job.state)),
  );
}
