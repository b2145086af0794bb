import { Injectable } from '@nestjs/common';
import { Batcher } from '@lianban/messaging';
import { Clock } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { TooManyGuesses } from '../refusals.js';
import { TrackingConfig } from '../tracking.config.js';
import { isAmong, networkOf } from './client-address.js';

/** What wrong codes are counted of: a receipt as one address asks for it, and an address over all receipts. */
interface Subjects {
  pair: string;
  /** None where the address is excepted. */
  address?: string;
}

interface Counted {
  name: string;
  wrong: number;
  triedAt: Date;
}

/** How wrong codes for a receipt are taken from an address. */
interface Patience {
  /** Wrong codes that cost no wait. */
  free: number;
  /** Seconds. */
  longestWait: number;
}

/** Tries of one pair that this process has in hand. */
interface InHand {
  entered: number;
  admitted: number;
  /** Wrong ones since the first of them entered. */
  wrong: number;
}

/** One try of a code: said to be right or wrong, and left in any case. */
export interface Try {
  subjects: Subjects;
  /** When the try before was looked at, where this one had to wait for that. */
  waitedFrom?: Date;
  isWrong?: boolean;
}

const FORGOTTEN_AT_ONCE = 20;
/** From an address that guesses, a page may still ask for status and events. */
const FREE_WHERE_GUESSED = 2;
const LONGER_WHERE_GUESSED = 4;

/**
 * Slows down who guesses query codes: after some wrong ones each next try for that receipt from there is looked at only after
 * a wait, which doubles; an address that guesses at many receipts has fewer free and waits longer. It is counted in the
 * database, so that every instance obeys, also after a restart; a right code opens once the wait of its receipt is over.
 */
@Injectable()
export class Guesses {
  private readonly together = new Batcher((each: Subjects[]) => this.counted(each), {
    maxBatchSize: 64,
    concurrency: 2,
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
    const inHand = this.inHand.get(subjects.pair) ?? { entered: 0, admitted: 0, wrong: 0 };
    this.inHand.set(subjects.pair, inHand);
    inHand.entered += 1;
    try {
      return { subjects, waitedFrom: await this.admit(subjects, inHand) };
    } catch (refusal) {
      this.drop(subjects.pair, inHand);
      throw refusal;
    }
  }

  /** Answers when the try before was looked at, where this one had to wait. @throws TooManyGuesses */
  private async admit(subjects: Subjects, inHand: InHand): Promise<Date | undefined> {
    const before = inHand.wrong;
    const { pair, address } = await this.together.enqueue(subjects);
    const now = this.clock.now();
    const patience = this.patienceWith(address);
    const wait = pair ? waitAfter(pair.wrong, patience) : 0;
    if (wait > 0) {
      const left = pair!.triedAt.getTime() + wait * 1000 - now.getTime();
      if (left > 0) throw new TooManyGuesses(Math.ceil(left / 1000));
      if (!(await this.takeTurn(pair!, now))) throw new TooManyGuesses(wait);
      inHand.admitted += 1;
      return pair!.triedAt;
    }
    // While some cost no wait yet, no more are looked at together than are left of them.
    const wrong = (pair?.wrong ?? 0) + inHand.wrong - before;
    if (wrong + inHand.admitted >= patience.free) throw new TooManyGuesses(1);
    inHand.admitted += 1;
    return undefined;
  }

  leave({ subjects: { pair }, isWrong = false }: Try): void {
    const inHand = this.inHand.get(pair)!;
    inHand.admitted -= 1;
    inHand.wrong += Number(isWrong);
    this.drop(pair, inHand);
  }

  private drop(pair: string, inHand: InHand): void {
    inHand.entered -= 1;
    if (inHand.entered === 0) this.inHand.delete(pair);
  }

  /** Whoever knows the code need not wait for the next look; what was wrong before stays counted. */
  async right({ subjects, waitedFrom }: Try): Promise<void> {
    if (!waitedFrom) return;
    await this.database.query('update wrong_code set tried_at = $2 where subject = $1', [
      subjects.pair,
      waitedFrom,
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
      [namesOf(turn.subjects), now, since],
    );
  }

  private subjectsOf(receipt: string, address: string): Subjects {
    const network = networkOf(address);
    const pair = `receipt ${receipt} from ${network}`;
    return this.isExcepted(address) ? { pair } : { pair, address: `address ${network}` };
  }

  private patienceWith(address: Counted | undefined): Patience {
    const { wrongGuesses, wrongGuessesOfAddress, guessLongestWait: longestWait } = this.config;
    if (!address || address.wrong < wrongGuessesOfAddress) return { free: wrongGuesses, longestWait };
    return {
      free: Math.min(FREE_WHERE_GUESSED, wrongGuesses),
      longestWait: LONGER_WHERE_GUESSED * longestWait,
    };
  }

  /** What was counted of each of these. */
  private async counted(asked: readonly Subjects[]): Promise<{ pair?: Counted; address?: Counted }[]> {
    const rows = await this.database.query<Counted[]>(
      `select subject as name, wrong, tried_at as "triedAt" from wrong_code
       where subject = any($1::text[]) and last_at > $2`,
      [asked.flatMap(namesOf), this.window().since],
    );
    const byName = new Map(rows.map((row) => [row.name, row]));
    return asked.map(({ pair, address }) => ({
      pair: byName.get(pair),
      address: address === undefined ? undefined : byName.get(address),
    }));
  }

  /** Of all who come when the wait ends, one is looked at. */
  private async takeTurn({ name, triedAt }: Counted, now: Date): Promise<boolean> {
    const [rows] = await this.database.query<[unknown[], number]>(
      'update wrong_code set tried_at = $3 where subject = $1 and tried_at = $2 returning subject',
      [name, triedAt, now],
    );
    return rows.length > 0;
  }

  private window(): { now: Date; since: Date } {
    const now = this.clock.now();
    return { now, since: new Date(now.getTime() - this.config.guessWindow * 1000) };
  }
}

const namesOf = ({ pair, address }: Subjects): string[] => (address === undefined ? [pair] : [pair, address]);

/** Seconds until the next try is looked at. */
const waitAfter = (wrong: number, { free, longestWait }: Patience): number =>
  wrong < free ? 0 : Math.min(longestWait, 2 ** Math.min(wrong - free, 20));
