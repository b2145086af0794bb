/** What of a `.cpuprofile` is read. */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  /** Microseconds before each sample. */
  timeDeltas: number[];
}

export interface FunctionTime {
  name: string;
  ms: number;
}

const RESTING = '(idle)';

/** The functions that a process spent most time in themselves. */
export function topFunctions({ nodes, samples, timeDeltas }: CpuProfile, count: number): FunctionTime[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  for (const [place, id] of samples.entries()) {
    const name = names.get(id)!;
    times.set(name, (times.get(name) ?? 0) + timeDeltas[place]! / 1_000);
  }
  times.delete(RESTING);
  return [...times]
    .map(([name, ms]) => ({ name, ms }))
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, count);
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const place = url.replace(/^.*\/(node_modules|apps|libs|tools)\//, '');
  return (functionName || '(anonymous)') + (place && `  ${place}:${lineNumber + 1}`);
}
