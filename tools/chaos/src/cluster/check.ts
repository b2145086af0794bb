import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { aRegistration } from '@lianban/testing';
import type { Row } from '../goals/goal.js';
import { Caller } from '../load/caller.js';
import { RegistrationLoad } from '../load/registration-load.js';
import { RequestLog } from '../load/request-log.js';
import { StatusWatcher } from '../load/status-watcher.js';
import { Random } from '../random.js';
import { MANIFESTS } from '../stack/paths.js';
import type { Cluster, Pod } from './cluster.js';

export interface CheckOptions {
  perSecond: number;
  /** How many Deployments are rolled at a time. */
  together: number;
  /** Tag of an image of the next version. */
  next?: string;
  /** How long pods are killed, seconds. */
  killSeconds: number;
  /** How long load alone is carried, seconds. */
  loadSeconds: number;
  /** How long Kafka answers nothing, seconds. */
  silentSeconds: number;
  /** How long two versions serve side by side, seconds. */
  mixedSeconds: number;
  /** Tag of the services' image to begin with, unless the overlay's own. */
  tag?: string;
  /** Programs that the alarm drill starts. */
  prometheus: string;
  alertmanager: string;
  /** The images that a registry has, with their digests. */
  images?: string;
  print(line: string): void;
}
export type Check = (cluster: Cluster, options: CheckOptions) => Promise<Row>;

export const OVERLAY = join(MANIFESTS, 'overlays/demo');
export const READY_SECONDS = 600;

export const row = (goal: string, figure: string, bar: string, holds: boolean): Row => ({
  goal,
  figure,
  bar,
  holds,
});
export const restartsOf = (pods: readonly Pod[]): number =>
  pods.reduce((sum, { status }) => sum + (status.containerStatuses?.[0]?.restartCount ?? 0), 0);
export const secondsSince = (from: number): number => Math.round((Date.now() - from) / 1_000);

/** One request of all five utilities; answers the states that its jobs have reached within a minute. */
export async function oneRequest(cluster: Cluster): Promise<string> {
  const caller = new Caller(cluster.url, cluster);
  const requestLog = new RequestLog();
  const runId = `one-${Date.now()}`;
  await new RegistrationLoad(caller, requestLog, new Random(runId), runId).run({
    count: 1,
    perSecond: 1,
    clients: 1,
    repeated: 0,
  });
  const watcher = new StatusWatcher(caller, requestLog, 1);
  const watching = watcher.run();
  for (const end = Date.now() + 60_000; requestLog.open.length > 0 && Date.now() < end;) await pause(200);
  watcher.end();
  await watching;
  const states = new Set(Object.values(requestLog.requests[0]!.last?.states ?? {}));
  return [...states].join(', ') || 'unknown';
}

/** The status that a registration is answered, 0 where nothing answers. */
export async function tryToRegister(cluster: Cluster): Promise<number> {
  const { status } = await new Caller(cluster.url, cluster).call({
    endpoint: 'POST /v1/requests',
    path: '/v1/requests',
    as: 'clerk',
    headers: { 'idempotency-key': randomUUID() },
    body: aRegistration('water', 'gas'),
  });
  return status;
}
