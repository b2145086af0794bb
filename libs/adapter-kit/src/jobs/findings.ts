import type { Context } from './context.js';
import type { FindingKind, Job, Placement } from './job.js';

/** Opens a finding where none of its kind is open for the placement. */
export function recordFinding(
  file: Job,
  placement: Placement,
  kind: FindingKind,
  { now, newId }: Context,
): void {
  const { requestId, attempt, provider } = placement;
  if (file.findings.some((each) => each.attempt === attempt && each.kind === kind)) return;
  file.findings.push({
    id: newId(),
    requestId,
    attempt,
    provider,
    kind,
    owner: 'operator',
    at: now.toISOString(),
  });
}
