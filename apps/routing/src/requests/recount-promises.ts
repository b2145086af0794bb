import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import { CalendarNotices } from '@lianban/catalogue/module';
import { Transaction } from '@lianban/messaging';
import { Log } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { RoutedRequests } from './routed-requests.js';

const PAGE_SIZE = 200;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
/** By then every instance of every service has the notice: a second pass finds what was still promised by the days before. */
const SECOND_PASS_MS = 600_000;

/** Counts all promises that run anew whenever the catalogue has changed, also while this process was not there. */
@Injectable()
export class RecountPromises implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running = Promise.resolve();
  private secondPass?: NodeJS.Timeout;
  private stopped = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly requests: RoutedRequests,
    private readonly catalogue: Catalogue,
    private readonly notices: CalendarNotices,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const recount = (): void => this.enqueue(() => this.recountAfterChange());
    this.notices.onChange(recount);
    recount();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.secondPass);
    await this.running;
  }

  /** One pass after the other; the end of the service waits for them. One that fails is made up for by the next. */
  private enqueue(pass: () => Promise<void>): void {
    this.running = this.running.then(pass).catch((error: Error) => {
      this.log.error('promises cannot be counted anew now', error);
      this.scheduleSecondPass();
    });
  }

  private async recountAfterChange(): Promise<void> {
    if (this.stopped || (await this.isDone(this.catalogue.version))) return;
    await this.execute();
    this.scheduleSecondPass();
  }

  private scheduleSecondPass(): void {
    clearTimeout(this.secondPass);
    this.secondPass = setTimeout(() => this.enqueue(() => this.finish()), SECOND_PASS_MS).unref();
  }

  private async finish(): Promise<void> {
    const { version } = this.catalogue;
    await this.execute();
    if (!this.stopped) await this.markDone(version);
  }

  /** Counts every promise of a running request anew, a page at a time. */
  async execute(): Promise<void> {
    for (let after: string | undefined = BEFORE_ALL; after !== undefined && !this.stopped;)
      after = await this.transaction.run(async (unitOfWork) => {
        let last: string | undefined;
        await this.requests.update(
          unitOfWork,
          (repository) => repository.loadRunning(after!, PAGE_SIZE),
          (requests, context) =>
            requests.forEach((request) => {
              request.recountPromises(context);
              last = request.requestId;
            }),
        );
        return last;
      });
  }

  private async isDone(version: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      'select 1 from recounted where catalogue_version = $1',
      [version],
    );
    return rows.length > 0;
  }

  private async markDone(version: string): Promise<void> {
    await this.dataSource.query(
      `insert into recounted (catalogue_version) values ($1)
       on conflict (singleton) do update set catalogue_version = excluded.catalogue_version`,
      [version],
    );
  }
}
