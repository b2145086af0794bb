import { Controller, Get, Headers, HttpCode, Inject, Post, Query } from '@nestjs/common';
import {
  CurrentCaller,
  Clock,
  ApiDoc,
  Roles,
  languageOf,
  NotFound,
  validForm,
  type Caller,
  UuidParam,
} from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { leavesAt } from '../delivery/texting-hours.js';
import { NotificationConfig } from '../notification.config.js';
import { IS_RETRIABLE, RECORD, STATE } from './delivery-records.js';
import { describeNotice, type DescribedNotice } from './described-notice.js';
import type { Notice } from './notice.js';
import { NoticesQuery, type DeliveryRecord, type ListedNotice, type Withheld } from './notices.forms.js';
import { NoticeNotRetriable } from './problems.js';

/** Delivery records: "did the text arrive?" */
@Controller()
export class NoticesController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    @Inject(NotificationConfig) private readonly config: NotificationConfig,
  ) {}

  /** The newest 100, of one state or one request where asked; phones masked. 422 `invalid-form`. */
  @Get('/v1/ops/notification/notices')
  @ApiDoc({ query: NoticesQuery })
  @Roles('operator')
  async list(@Query() query: unknown): Promise<{ notices: ListedNotice[] }> {
    const { state, request } = validForm(NoticesQuery, query);
    const rows =
      state === 'failed' && !request
        ? await this.dataSource.query<ListedNotice[]>(LIST_FAILED)
        : await this.dataSource.query<ListedNotice[]>(LIST, [state ?? null, request ?? null]);
    return {
      notices: rows.map((row) => ({ ...this.byDay(row), phone: row.phone && maskedPhone(row.phone) })),
    };
  }

  /** Tries the text again. 404 if unknown, 409 `notice-not-retriable`. */
  @Post('/v1/ops/notification/notices/:id/retry')
  @ApiDoc({ refuses: [NoticeNotRetriable] })
  @Roles('operator')
  @HttpCode(204)
  async retry(@UuidParam('id') id: string): Promise<void> {
    const [rows] = await this.dataSource.query<[unknown[], number]>(
      `update text_message t set state = 'pending', attempts = 0, settled_at = null, next_attempt_at = $2
       where t.id = $1 and ${IS_RETRIABLE} returning t.id`,
      [id, this.clock.now()],
    );
    if (rows.length > 0) return;
    const found = await this.dataSource.query<unknown[]>(`select 1 from text_message where id = $1`, [id]);
    throw found.length > 0 ? new NoticeNotRetriable() : new NotFound();
  }

  /** Requests with withheld notices, newest days first, at most 100. */
  @Get('/v1/ops/notification/withheld')
  @Roles('operator')
  async withheld(): Promise<{ requests: Withheld[] }> {
    return {
      requests: await this.dataSource.query(
        `select request_id as "requestId", to_char(day, 'YYYY-MM-DD') as day, cardinality(keys) as count,
           keys[cardinality(keys)] as "lastKey", last_at as "lastAt"
         from withheld w order by w.day desc, w.request_id limit 100`,
      ),
    };
  }

  /** The notices of a request of the clerk's hall, in order. 404 for another hall. */
  @Get('/v1/notices/:requestId')
  @Roles('clerk')
  async ofRequest(
    @CurrentCaller() { hall }: Caller,
    @UuidParam('requestId') requestId: string,
    @Headers('accept-language') language: string | undefined,
  ): Promise<{ notices: (DeliveryRecord & { shown: DescribedNotice })[] }> {
    const notices = await this.dataSource.query<(DeliveryRecord & { content: Notice })[]>(
      `select ${RECORD}, n.content from notice n join text_message t on t.id = n.text_id
       join request_state k on k.request_id = n.request_id
       where n.request_id = $1 and k.hall = $2 order by n.seq`,
      [requestId, hall],
    );
    if (notices.length === 0) throw new NotFound();
    return {
      notices: notices.map(({ content, ...record }) => ({
        ...this.byDay(record),
        shown: describeNotice(record, content, languageOf(language)),
      })),
    };
  }

  /** The next try is not at night. */
  private byDay<R extends DeliveryRecord>(record: R): R {
    const { nextAttemptAt } = record;
    return { ...record, nextAttemptAt: nextAttemptAt && leavesAt(nextAttemptAt, this.config.smsHours) };
  }
}

/** `138****8000`; a landline keeps its start and end. */
const maskedPhone = (phone: string): string => `${phone.slice(0, 3)}****${phone.slice(-4)}`;

const LIST = `select ${RECORD}, c.phone, ${IS_RETRIABLE} as "isRetriable" from notice n join text_message t on t.id = n.text_id
  left join contact c on c.request_id = n.request_id
  where ($1::text is null or ${STATE} = $1) and ($2::uuid is null or n.request_id = $2)
  order by n.seq desc limit 100`;

/** By the texts, of which few have failed. */
const LIST_FAILED = `select ${RECORD}, c.phone, ${IS_RETRIABLE} as "isRetriable"
  from (select * from text_message where state = 'failed' order by seq desc limit 100) t
  join notice n on n.request_id = t.request_id and n.text_id = t.id
  left join contact c on c.request_id = n.request_id
  order by n.seq desc limit 100`;
