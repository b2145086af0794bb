import { setTimeout as pause } from 'node:timers/promises';
import type { Pace, Step } from './jobs.js';

/** Sends one request; resolves when it is answered. */
export type One = (place: number, due: number) => Promise<void>;

export const countOf = (pace: Pace): number =>
  'clients' in pace ? pace.requests : pace.steps.reduce((sum, step) => sum + sizeOf(step), 0);

/** When each request of steady rates is due, in milliseconds from the first. */
export function dueTimes(steps: readonly Step[]): number[] {
  let from = 0;
  return steps.flatMap((step) => {
    const times = Array.from({ length: sizeOf(step) }, (_, place) => from + (place * 1_000) / step.perSecond);
    from += step.seconds * 1_000;
    return times;
  });
}

/** Each client sends its next request when it has its answer. */
export async function inTurn(
  { clients, requests }: { clients: number; requests: number },
  one: One,
  now: () => number,
): Promise<void> {
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < requests) await one(next++, now());
  };
  await Promise.all(Array.from({ length: clients }, client));
}

/** At its due time, whatever has become of those before. */
export async function steadily(steps: readonly Step[], one: One, now: () => number): Promise<void> {
  const due = dueTimes(steps);
  const underWay = new Set<Promise<void>>();
  const from = now();
  for (let place = 0; place < due.length;) {
    for (; place < due.length && from + due[place]! <= now(); place++) {
      const sent: Promise<void> = one(place, from + due[place]!).finally(() => underWay.delete(sent));
      underWay.add(sent);
    }
    await pause(1);
  }
  await Promise.all(underWay);
}

const sizeOf = ({ perSecond, seconds }: Step): number => Math.round(perSecond * seconds);
