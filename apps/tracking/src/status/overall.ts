import { overallStatus, type JobStanding, type OverallStatus } from '@lianban/contracts';
import { jobsOf, type Snapshots, type TrackedJob } from './tracked.js';

/** The one status of a request, computed when it is read (design 2). */
export const overallOf = (snapshots: Snapshots): OverallStatus =>
  overallStatus(jobsOf(snapshots).map(standingOf));

/** A job of which its adapter has said nothing yet is placed and no more. */
const standingOf = ({ progress, decision }: TrackedJob): JobStanding => ({
  state: progress?.state ?? 'placed',
  delivered: progress?.delivered ?? false,
  accepted: progress?.accepted ?? false,
  holder: progress?.holder,
  withdrawnByApplicant: decision?.withdrawnByApplicant,
});
