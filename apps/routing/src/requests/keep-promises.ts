import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import { CalendarNotices } from '@lianban/catalogue/module';
import { Transaction } from '@lianban/messaging';
import { Log } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { recountPromises } from './recount-promises.js';
import { Requests } from './requests.js';

const PAGE = 200;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
/** By then every instance of every service has the notice: a second pass finds what was still promised by the days before. */
const SECOND_PASS_MS = 600_000;

/** Counts all promises that run anew whenever the catalogue has changed, also while this process was not there. */
@Injectable()
export class KeepPromises implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running?: Promise<void>;
  private secondPass?: NodeJS.Timeout;
  private stopped = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly requests: Requests,
    private readonly catalogue: Catalogue,
    private readonly notices: CalendarNotices,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.notices.onChange(() => this.start());
    this.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.secondPass);
    await this.running;
  }

  private start(): void {
    this.running = (this.running ?? Promise.resolve())
      .then(() => this.recountAfterChange())
      .catch((error: Error) => this.log.error('promises cannot be counted anew now', error));
  }

  private async recountAfterChange(): Promise<void> {
    const { version } = this.catalogue;
    if (this.stopped || (await this.isDone(version))) return;
    await this.execute();
    clearTimeout(this.secondPass);
    this.secondPass = setTimeout(() => void this.finish(version), SECOND_PASS_MS).unref();
  }

  private finish(version: string): Promise<void> {
    return this.execute()
      .then(() => this.markDone(version))
      .catch((error: Error) => this.log.error('promises cannot be counted anew now', error));
  }

  /** Counts every promise of a running request anew, a page at a time. */
  async execute(): Promise<void> {
    for (let after: string | undefined = BEFORE_ALL; after !== undefined && !this.stopped;)
      after = await this.transaction.run(async (work) => {
        let last: string | undefined;
        await this.requests.change(
          work,
          (book) => book.openRunning(after!, PAGE),
          (files, context) =>
            files.forEach((file) => {
              recountPromises(file, context);
              last = file.requestId;
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
