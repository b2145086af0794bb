import { Injectable } from '@nestjs/common';
import { Together } from '@lianban/messaging';
import { Clock } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { TooManyGuesses } from '../refusals.js';
import { TrackingConfig } from '../tracking.config.js';
import { isAmong, networkOf } from './client-address.js';

/** What wrong codes are counted of: a receipt as it is asked for from one address, or an address over all receipts. */
interface Subject {
  name: string;
  /** Wrong codes that cost no wait. */
  free: number;
  /** Seconds. */
  longestWait: number;
}

interface Counted extends Subject {
  wrong: number;
  triedAt: Date;
}

/** Tries of one subject that this process has in hand. */
interface InHand {
  entered: number;
  admitted: number;
  /** Wrong ones since the first of them entered. */
  wrong: number;
}

/** One try of a code: said to be right or wrong, and left in any case. */
export interface Try {
  subjects: Subject[];
  waited: Counted[];
  isWrong?: boolean;
}

const FORGOTTEN_AT_ONCE = 20;
const OF_ADDRESS = 4;

/**
 * Slows down who guesses query codes: after some wrong ones each next try is looked at only after a wait, which doubles. It
 * is counted in the database, so that every instance obeys, also after a restart; a right code opens once the wait is over.
 */
@Injectable()
export class Guesses {
  private readonly together = new Together((lists: (readonly Subject[])[]) => this.counted(lists), {
    atOnce: 64,
    turns: 2,
  });
  private readonly inHand = new Map<string, InHand>();
  private readonly isExcepted: (address: string) => boolean;

  constructor(
    private readonly database: DataSource,
    private readonly config: TrackingConfig,
    private readonly clock: Clock,
  ) {
    this.isExcepted = isAmong(config.guessExceptedAddresses);
  }

  /** Begins a try, which must be left. @throws TooManyGuesses */
  async enter(receipt: string, address: string): Promise<Try> {
    const subjects = this.subjectsOf(receipt, address);
    const [{ name, free }] = subjects as [Subject];
    const inHand = this.inHand.get(name) ?? { entered: 0, admitted: 0, wrong: 0 };
    this.inHand.set(name, inHand);
    inHand.entered += 1;
    const before = inHand.wrong;
    let waited: Counted[];
    try {
      const counted = await this.together.do(subjects);
      const now = this.clock.now();
      const waiting = counted.filter((each) => opensAt(each) > now.getTime());
      if (waiting.length > 0) throw tooMany(waiting, now);
      waited = counted.filter((each) => waitOf(each) > 0);
      if (waited.length > 0) await this.takeTurn(waited, now);
      // While some cost no wait yet, no more are looked at together than are left of them.
      const wrong = counted.find((each) => each.name === name)?.wrong ?? 0;
      if (wrong < free && wrong + inHand.admitted + inHand.wrong - before >= free)
        throw new TooManyGuesses(1);
    } catch (refusal) {
      this.drop(name, inHand);
      throw refusal;
    }
    inHand.admitted += 1;
    return { subjects, waited };
  }

  leave({ subjects: [first], isWrong = false }: Try): void {
    const inHand = this.inHand.get(first!.name)!;
    inHand.admitted -= 1;
    inHand.wrong += Number(isWrong);
    this.drop(first!.name, inHand);
  }

  private drop(name: string, inHand: InHand): void {
    inHand.entered -= 1;
    if (inHand.entered === 0) this.inHand.delete(name);
  }

  /** Whoever knows the code need not wait for the next look; what was wrong before stays counted. */
  async right({ waited }: Try): Promise<void> {
    if (waited.length === 0) return;
    await this.database.query(`update wrong_code set tried_at = $2 where subject = any($1::text[])`, [
      waited.map(({ name }) => name),
      waited[0]!.triedAt,
    ]);
  }

  async wrong(turn: Try): Promise<void> {
    const { now, since } = this.window();
    turn.isWrong = true;
    await this.database.query(
      `delete from wrong_code where subject in (
         select subject from wrong_code where last_at < $1 limit $2 for update skip locked)`,
      [since, FORGOTTEN_AT_ONCE],
    );
    await this.database.query(
      `insert into wrong_code as w (subject, wrong, last_at, tried_at)
       select s, 1, $2, $2 from unnest($1::text[]) s order by s
       on conflict (subject) do update set last_at = $2, tried_at = $2,
         wrong = case when w.last_at > $3 then w.wrong + 1 else 1 end`,
      [turn.subjects.map(({ name }) => name), now, since],
    );
  }

  private subjectsOf(receipt: string, address: string): Subject[] {
    const { wrongGuesses, wrongGuessesOfAddress, guessLongestWait: longestWait } = this.config;
    const network = networkOf(address);
    const pair = { name: `receipt ${receipt} from ${network}`, free: wrongGuesses, longestWait };
    if (this.isExcepted(address)) return [pair];
    const all = { free: wrongGuessesOfAddress, longestWait: OF_ADDRESS * longestWait };
    return [pair, { name: `address ${network}`, ...all }];
  }

  /** What was counted at each of these lists of subjects. */
  private async counted(lists: readonly (readonly Subject[])[]): Promise<Counted[][]> {
    const rows = await this.database.query<Pick<Counted, 'name' | 'wrong' | 'triedAt'>[]>(
      `select subject as name, wrong, tried_at as "triedAt" from wrong_code
       where subject = any($1::text[]) and last_at > $2`,
      [lists.flat().map(({ name }) => name), this.window().since],
    );
    const byName = new Map(rows.map((row) => [row.name, row]));
    return lists.map((subjects) =>
      subjects.flatMap((subject) => {
        const row = byName.get(subject.name);
        return row ? [{ ...subject, ...row }] : [];
      }),
    );
  }

  /** Of all who come when the wait ends, one is looked at. @throws TooManyGuesses */
  private async takeTurn(waited: readonly Counted[], now: Date): Promise<void> {
    const taken = await this.database.query<[unknown[], number]>(
      `update wrong_code set tried_at = $3 where subject in (
         select subject from wrong_code join unnest($1::text[], $2::timestamptz[]) as t(name, seen)
         on subject = name and tried_at = seen order by subject for update) returning subject`,
      [waited.map(({ name }) => name), waited.map(({ triedAt }) => triedAt), now],
    );
    if (taken[0].length < waited.length)
      throw tooMany(
        waited.map((each) => ({ ...each, triedAt: now })),
        now,
      );
  }

  private window(): { now: Date; since: Date } {
    const now = this.clock.now();
    return { now, since: new Date(now.getTime() - this.config.guessWindow * 1000) };
  }
}

/** Seconds from one try to the next. */
const waitOf = ({ wrong, free, longestWait }: Counted): number =>
  wrong < free ? 0 : Math.min(longestWait, 2 ** Math.min(wrong - free, 20));

const opensAt = (counted: Counted): number => counted.triedAt.getTime() + waitOf(counted) * 1000;

function tooMany(waiting: readonly Counted[], now: Date): TooManyGuesses {
  const left = Math.max(...waiting.map(opensAt)) - now.getTime();
  return new TooManyGuesses(Math.max(1, Math.ceil(left / 1000)));
}
