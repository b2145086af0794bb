import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { asAdmin, startPostgres, type RunningPostgres } from '@lianban/engines';
import { backUp, give } from './backup.js';

export interface StandbyOptions {
  primary: RunningPostgres;
  /** Where the primary's data lie. */
  primaryFolder: string;
  folder: string;
  port: number;
  password: string;
}

/** A PostgreSQL that follows a primary and holds every commit before the primary answers it. */
export class Standby {
  private promoted = false;

  private constructor(
    private readonly options: StandbyOptions,
    /** Resolves when it has been promoted: a server that follows is not reported as started. */
    private readonly starting: Promise<RunningPostgres>,
  ) {}

  /** Copies the running primary, and follows from there. */
  static async follow(options: StandbyOptions): Promise<Standby> {
    const { primary, primaryFolder, folder, port, password } = options;
    await backUp(primary, primaryFolder, folder);
    await give(folder, 'standby.signal', '');
    const { port: primaryPort } = new URL(primary.adminUrl);
    await appendFile(
      join(folder, 'postgresql.auto.conf'),
      `primary_conninfo = 'host=127.0.0.1 port=${primaryPort} user=postgres password=${password} application_name=standby'\n`,
    );
    const starting = startPostgres({ folder, port, password, settings: ['max_connections=400'] });
    starting.catch(() => {});
    const standby = new Standby(options, starting);
    await standby.untilSynchronous();
    return standby;
  }

  /** It takes over: it can be written to when this resolves. */
  async promote(): Promise<RunningPostgres> {
    if (!this.promoted) await asAdmin(this.adminUrl, (admin) => admin.query('select pg_promote(true, 60)'));
    this.promoted = true;
    return this.starting;
  }

  async stop(): Promise<void> {
    await (await this.promote()).stop();
  }

  private get adminUrl(): string {
    const url = new URL(this.options.primary.adminUrl);
    url.port = String(this.options.port);
    return url.href;
  }

  private async untilSynchronous(): Promise<void> {
    await asAdmin(this.options.primary.adminUrl, async (admin) => {
      await admin.query(`alter system set synchronous_standby_names = 'standby'`);
      await admin.query('select pg_reload_conf()');
      for (const end = Date.now() + 60_000; Date.now() < end; await pause(100)) {
        const { rowCount } = await admin.query(
          `select from pg_stat_replication where application_name = 'standby' and sync_state = 'sync'`,
        );
        if (rowCount) return;
      }
      throw new Error('the standby does not follow');
    });
  }
}
