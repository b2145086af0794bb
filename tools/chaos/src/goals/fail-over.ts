import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, asAdmin } from '@lianban/engines';
import { SERVICES } from '@lianban/contracts';
import { judged, underLoad } from '../load/under-load.js';
import { Results } from '../results.js';
import { PASSWORD } from '../stack/environment.js';
import { StackTarget } from '../stack/stack-target.js';
import { Standby } from '../stack/standby.js';
import type { Bench, Row } from './goal.js';

const WITHOUT_ENDPOINT_MS = 10_000;
const PROMOTED_AFTER_MS = 5_000;
const LIMIT_MS = 30_000;

/**
 * R8: the standby takes over as an operator of PostgreSQL does it. The address of the primary leads nowhere for ten seconds, connections
 * that are there stay, and the old primary goes on answering reads. Nothing is lost, no process ends, and no service stays with
 * the old one.
 */
export async function failOver(bench: Bench, perSecond: number): Promise<Row[]> {
  const results = new Results('fail-over');
  const links = SERVICES.map((service) => `postgres.${service}`);
  const stack = await bench.open({ logFolder: results.logs, instancesEach: 2, stageMs: 0, proxied: links });
  let standby: Standby | undefined;
  try {
    const primary = stack.postgres.now;
    const port = await freePort();
    standby = await Standby.follow({
      primary,
      primaryFolder: join(stack.folder, 'postgres'),
      folder: join(stack.folder, 'standby'),
      port,
      password: PASSWORD,
    });
    const proxies = links.map((link) => stack.proxies.get(link)!);
    let back = Infinity;
    const outcome = await underLoad(new StackTarget(stack), perSecond, async () => {
      proxies.forEach((proxy) => proxy.refuse());
      await asAdmin(primary.adminUrl, async (admin) => {
        await admin.query('alter system set default_transaction_read_only = on');
        await admin.query('select pg_reload_conf()');
      });
      await pause(PROMOTED_AFTER_MS);
      const promoted = await standby!.promote();
      await asAdmin(promoted.adminUrl, async (admin) => {
        await admin.query('alter system reset synchronous_standby_names');
        await admin.query('select pg_reload_conf()');
      });
      await pause(WITHOUT_ENDPOINT_MS - PROMOTED_AFTER_MS);
      proxies.forEach((proxy) => proxy.leadTo(port));
      back = Date.now();
      bench.print('the standby has taken over');
      await pause(LIMIT_MS);
    });
    const left = await asAdmin(primary.adminUrl, async (admin) => {
      const { rows } = await admin.query<{ usename: string }>(
        `select usename from pg_stat_activity where datname = 'lianban' and backend_type = 'client backend' and usename <> 'postgres'`,
      );
      return rows.length;
    });
    const firstWrite = outcome.registeredAt.find((at) => at >= back);
    const writes = firstWrite === undefined ? Infinity : firstWrite - back;
    const ended = stack.processes.endings.length;
    const row = judged(
      'R8',
      `registered again ${(writes / 1_000).toFixed(1)} s after the new primary could be reached, ${ended} processes ended, ${left} connections left on the old one`,
      outcome,
      true,
    );
    return [{ ...row, holds: row.holds && writes <= LIMIT_MS && ended === 0 && left === 0 }];
  } finally {
    await standby?.stop().catch(() => {});
    await stack.stop();
  }
}
