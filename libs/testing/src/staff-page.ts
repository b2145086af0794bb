import { schemaOf } from '@lianban/service-kit';
import pg from 'pg';
import type { Page } from 'playwright-core';
import type { RunningStack } from './running-stack.js';

/** Opens a page of the staff as one of the demo's accounts, through the issuer's login. */
export async function logIn(
  page: Page,
  stack: Pick<RunningStack, 'url'>,
  path: string,
  account: string,
): Promise<void> {
  await page.goto(`${stack.url}/staff${path}`);
  await page.locator('[name=account]').fill(account);
  await page.locator('[name=secret]').fill('lianban-demo');
  await page.locator('button').click();
  await page.waitForURL(`${stack.url}/staff${path}*`);
  await page.locator('main, [role=main]').first().waitFor();
}

/** Gives a hall so many requests more on its list: copies of one that is there, straight into tracking's table. */
export async function fillBoard(stack: RunningStack, hall: string, count: number): Promise<void> {
  const database = new pg.Client(await stack.databaseUrl());
  await database.connect();
  const view = `${schemaOf('tracking')}.request_view`;
  const { rows } = await database.query<{ names: string }>(
    `select string_agg(column_name, ', ') as names from information_schema.columns
     where table_schema = $1 and table_name = 'request_view' and is_generated = 'NEVER'
       and column_name not in ('request_id', 'receipt_number', 'hall', 'body')`,
    [schemaOf('tracking')],
  );
  const { names } = rows[0]!;
  await database.query(
    `insert into ${view} (request_id, receipt_number, hall, body, ${names})
     select gen_random_uuid(), 'LB-MANY-' || n, $1,
       jsonb_set(v.body::jsonb, '{receiptNumber}', to_jsonb('LB-MANY-' || n))::text::json, ${names}
     from (select * from ${view} limit 1) v cross join generate_series(1, $2::int) n`,
    [hall, count],
  );
  await database.end();
}
