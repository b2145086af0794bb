import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock, InvalidForm, Log, Metrics, RepeatingTask } from '@lianban/service-kit';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import type { CalendarYear } from '../calendar-year.js';
import { shanghaiDate } from '../calendar.js';
import { Catalogue } from '../catalogue.js';
import { checkNotice, differenceOf, type CalendarDifference } from '../notice.js';
import { CalendarConfig } from './calendar.config.js';

const DAY_MS = 86_400_000;
/** Recent notices were published between 25 October and 12 November. */
const WARN_BELOW_DAYS = 45;

export interface CalendarState {
  /** Changes with every notice. */
  catalogueVersion: string;
  /** Years with a notice. */
  announced: readonly number[];
  announcedUntil: string;
  /** Days until dates are counted provisionally. */
  daysLeft: number;
}

/** Token: does this service warn before the announced years end? */
export const WARNS_BEFORE_END = Symbol('warns before the end');

/** Imported notices: stores them and applies them to this process's catalogue, also those of other instances. */
@Injectable()
export class CalendarNotices implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly listeners: (() => void)[] = [];
  private readonly task = new RepeatingTask(
    () => this.check(),
    (error) => this.log.warn('calendar notices cannot be read now', error),
  );
  private warnedOn?: string;

  constructor(
    private readonly dataSource: DataSource,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
    private readonly log: Log,
    @Inject(CalendarConfig) private readonly config: CalendarConfig,
    @Inject(WARNS_BEFORE_END) private readonly warns: boolean,
    metrics: Metrics,
  ) {
    const lastDay = (): number => Date.parse(this.state().announcedUntil) / 1_000;
    new Gauge({
      name: 'lianban_calendar_last_day_timestamp_seconds',
      help: 'The last day with a notice; dates beyond are counted provisionally',
      registers: [metrics.registry],
      collect() {
        this.set(lastDay());
      },
    });
  }

  onApplicationBootstrap(): void {
    const { catalogueVersion, announcedUntil } = this.state();
    this.log.log('catalogue loaded', { catalogueVersion, announcedUntil });
    this.warnInTime();
    this.task.start(this.config.calendarCheckMs);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** Calls the listener after each change of the calendar. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  state(): CalendarState {
    const { version, calendar } = this.catalogue;
    const daysLeft = (Date.parse(calendar.announcedUntil) - Date.parse(this.today())) / DAY_MS;
    return {
      catalogueVersion: version,
      announced: calendar.announced,
      announcedUntil: calendar.announcedUntil,
      daysLeft: Math.max(0, daysLeft),
    };
  }

  /** What a notice would change. @throws InvalidForm */
  compare(notice: CalendarYear): CalendarDifference {
    const faults = checkNotice(notice, this.catalogue.notices, this.today());
    if (faults.length > 0) throw new InvalidForm(faults.map(toFieldError));
    return differenceOf(this.catalogue.calendar, notice);
  }

  /** Stores and applies a notice; repeating it changes nothing. @throws InvalidForm */
  async import(notice: CalendarYear): Promise<CalendarDifference> {
    const difference = this.compare(notice);
    await this.dataSource.query(
      `insert into calendar_notice (year, off, make_up) values ($1, $2, $3)
       on conflict (year) do update set off = excluded.off, make_up = excluded.make_up, imported_at = excluded.imported_at`,
      [notice.year, notice.off, notice.makeUp],
    );
    await this.check();
    return difference;
  }

  /** Applies what other instances have imported. */
  async check(): Promise<void> {
    const before = this.catalogue.version;
    this.catalogue.announce(await findNotices(this.dataSource));
    this.warnInTime();
    if (this.catalogue.version === before) return;
    this.log.log('the calendar has changed', { ...this.state() });
    for (const listener of this.listeners) listener();
  }

  /** Once a day. */
  private warnInTime(): void {
    const today = this.today();
    const { daysLeft, announcedUntil } = this.state();
    if (!this.warns || daysLeft >= WARN_BELOW_DAYS || this.warnedOn === today) return;
    this.warnedOn = today;
    this.log.warn('no holidays are announced beyond a near date: import the notice of the next year', {
      announcedUntil,
      daysLeft,
    });
  }

  private today(): string {
    return shanghaiDate(this.clock.now());
  }
}

export const findNotices = (dataSource: DataSource): Promise<CalendarYear[]> =>
  dataSource.query('select year, off, make_up as "makeUp" from calendar_notice order by year');

const toFieldError = ({ path, reason }: { path: string; reason: string }) => ({
  pointer: path,
  code: 'wrong-notice',
  text: { 'zh-CN': `节假日安排有误：${reason}。`, en: `The notice is wrong: ${reason}.` },
});
