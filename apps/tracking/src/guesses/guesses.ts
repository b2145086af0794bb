import { Injectable } from '@nestjs/common';
import { Together } from '@lianban/messaging';
import { Clock } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { TooManyGuesses } from '../refusals.js';
import { TrackingConfig } from '../tracking.config.js';

/** Who guesses, and what: the limit holds for each by itself. */
export const subjectsOf = (receipt: string, address: string): string[] => [
  `address ${address}`,
  `receipt ${receipt}`,
];

const FORGOTTEN_AT_ONCE = 20;

/** Counts wrong query codes in the database, so that every instance obeys the limit, also after a restart. */
@Injectable()
export class Guesses {
  private readonly together = new Together((lists: (readonly string[])[]) => this.newest(lists), {
    atOnce: 64,
    turns: 2,
  });

  constructor(
    private readonly database: DataSource,
    private readonly config: TrackingConfig,
    private readonly clock: Clock,
  ) {}

  /** @throws TooManyGuesses */
  async refuseIfTooMany(subjects: readonly string[]): Promise<void> {
    const now = this.clock.now();
    const full = (await this.together.do(subjects)).filter((at) => at.length >= this.config.wrongGuesses);
    if (full.length > 0)
      throw this.tooMany(
        full.map((at) => at.at(-1)!),
        now,
      );
  }

  /** The newest guesses at each of these lists of subjects, the newest first. */
  private async newest(lists: readonly (readonly string[])[]): Promise<Date[][][]> {
    const { since } = this.window();
    const rows = await this.database.query<{ subject: string; at: Date[] }[]>(
      `select subject, array(select a from unnest(at) a where a > $2 order by a desc limit $3) as at
       from wrong_guess where subject = any($1::text[])`,
      [lists.flat(), since, this.config.wrongGuesses],
    );
    const bySubject = new Map(rows.map(({ subject, at }) => [subject, at]));
    return lists.map((subjects) => subjects.flatMap((subject) => [bySubject.get(subject) ?? []]));
  }

  /** Notes a wrong code. @throws TooManyGuesses where others that came at the same moment had used up the limit */
  async note(subjects: readonly string[]): Promise<void> {
    const { now, since } = this.window();
    await this.database.query(
      `delete from wrong_guess where subject in (
         select subject from wrong_guess where forget_at < $1 limit $2 for update skip locked)`,
      [now, FORGOTTEN_AT_ONCE],
    );
    const rows = await this.database.query<{ at: Date[] }[]>(
      `insert into wrong_guess (subject, at, forget_at)
       select s, array[$2::timestamptz], $2::timestamptz + make_interval(secs => $4) from unnest($1::text[]) s order by s
       on conflict (subject) do update set forget_at = excluded.forget_at,
         at = array(select a from unnest(wrong_guess.at) a where a > $3) || excluded.at
       returning at`,
      [subjects, now, since, this.config.guessWindow],
    );
    const full = rows.filter(({ at }) => at.length > this.config.wrongGuesses);
    if (full.length > 0)
      throw this.tooMany(
        full.map(({ at }) => at[0]!),
        now,
      );
  }

  private window(): { now: Date; since: Date } {
    const now = this.clock.now();
    return { now, since: new Date(now.getTime() - this.config.guessWindow * 1000) };
  }

  /** The caller may try again when the guess that fills the window leaves it. */
  private tooMany(oldest: Date[], now: Date): TooManyGuesses {
    const last = Math.max(...oldest.map((at) => at.getTime()));
    return new TooManyGuesses(
      Math.max(1, Math.ceil((last - now.getTime()) / 1000) + this.config.guessWindow),
    );
  }
}
