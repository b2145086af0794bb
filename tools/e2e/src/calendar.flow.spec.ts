import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shanghaiDate, statutoryHolidays } from '@lianban/catalogue';
import type { Utility } from '@lianban/contracts';
import {
  aRegistration,
  aRegistrationInZibo,
  catalogueCopy,
  eventually,
  RunningStack,
  type Receipt,
  asShipped,
} from '@lianban/testing';
import { runCalendar } from './run-script.js';

const DAY_MS = 86_400_000;
const FIVE: Utility[] = ['water', 'electricity', 'gas', 'heat', 'telecom'];
const PROVISIONAL = '节假日安排公布前暂计';
const today = shanghaiDate(new Date());
const year = Number(today.slice(0, 4));

interface Promised extends Receipt {
  parts: { utility: Utility; promisedDate: string; provisional?: string }[];
}
interface Part {
  utility: string;
  clock: { slaDate: string; provisional?: string };
  delivery: { status: string };
}

/** The next three weekdays: with them off, every promise made today moves. */
function nextWeekdays(): string[] {
  const days = Array.from({ length: 5 }, (_, index) => new Date(Date.parse(today) + (index + 1) * DAY_MS));
  return days
    .filter((day) => ![0, 6].includes(day.getUTCDay()))
    .slice(0, 3)
    .map((day) => day.toISOString().slice(0, 10));
}

/** Made-up notices of this year and the next. */
const notices = [year, year + 1].map((each) => ({
  year: each,
  off: [...statutoryHolidays(each).flat(), ...nextWeekdays()]
    .filter((date) => date.startsWith(String(each)))
    .map((date) => date.slice(5)),
  makeUp: [],
}));

describe('a year whose holidays are announced while requests run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-calendar-'));
  let stack: RunningStack;
  let receipts: Promised[];

  beforeAll(async () => {
    const catalogue = catalogueCopy(folder, asShipped);
    const file = join(catalogue, 'calendar.json');
    const known = (JSON.parse(readFileSync(file, 'utf8')) as { year: number }[]).filter(
      (notice) => notice.year < year,
    );
    writeFileSync(file, JSON.stringify(known));
    stack = await RunningStack.start('standalone', {
      CATALOGUE_FOLDER: catalogue,
      SIMULATOR_STAGE_MS: '600000',
    });
  });
  afterAll(async () => {
    await stack.stop();
    rmSync(folder, { recursive: true });
  });

  const register = (hall: string, form: object): Promise<Promised> =>
    stack.as(`clerk-${hall}`, 'POST', '/v1/requests', form, { 'idempotency-key': crypto.randomUUID() });
  const partsOf = async (receipt: Receipt) => (await stack.track(receipt)).parts as unknown as Part[];
  const movedTexts = async () => {
    const texts = await stack.simulator<{ text: string }[]>('GET', '/sms');
    return texts.filter(({ text }) => text.includes('节假日安排已公布'));
  };

  it('takes heat alone and all five in every city shipped, by provisional days that say so', async () => {
    receipts = [
      await register('lixia', { ...aRegistration('heat'), matter: 'HEAT_NEW' }),
      await register('lixia', aRegistration(...(FIVE as [Utility]))),
      await register('zhangdian', { ...aRegistrationInZibo('heat'), matter: 'HEAT_NEW' }),
      await register('zhangdian', aRegistrationInZibo(...(FIVE as [Utility]))),
    ];
    for (const { parts } of receipts)
      expect(parts.map(({ provisional }) => provisional)).toEqual(parts.map(() => PROVISIONAL));
    await eventually(async () => {
      for (const receipt of receipts)
        for (const { clock, delivery } of await partsOf(receipt))
          expect([clock.provisional, delivery.status]).toEqual([PROVISIONAL, 'delivered']);
    }, 60_000);
  });

  it('moves what was promised when the notices are imported, and tells each applicant once', async () => {
    const file = join(folder, 'notices.json');
    writeFileSync(file, JSON.stringify(notices));
    const { code, output } = await runCalendar(stack, 'import', file);
    expect(output).toContain('adapter-heat           has it');
    expect(code).toBe(0);
    await eventually(async () => {
      for (const receipt of receipts)
        for (const { utility, clock } of await partsOf(receipt)) {
          const { promisedDate } = receipt.parts.find((part) => part.utility === utility)!;
          expect(clock.slaDate > promisedDate).toBe(true);
          expect(clock).not.toHaveProperty('provisional');
        }
    });
    await eventually(async () => expect(await movedTexts()).toHaveLength(receipts.length));
    expect(new Set((await movedTexts()).map(({ text }) => text)).size).toBe(receipts.length);
  });

  it('imported once more moves nothing and tells nobody', async () => {
    const before = await Promise.all(receipts.map(partsOf));
    expect((await runCalendar(stack, 'import', join(folder, 'notices.json'))).code).toBe(0);
    const last = await register('lixia', { ...aRegistration('heat'), matter: 'HEAT_NEW' });
    expect(last.parts[0]).not.toHaveProperty('provisional');
    await eventually(async () => {
      const texts = await stack.simulator<{ text: string }[]>('GET', '/sms');
      expect(texts.some(({ text }) => text.includes(last.receiptNumber))).toBe(true);
    });
    expect(await Promise.all(receipts.map(partsOf))).toEqual(before);
    expect(await movedTexts()).toHaveLength(receipts.length);
  });

  it('that cannot be is refused with what is wrong in it', async () => {
    const file = join(folder, 'wrong.json');
    writeFileSync(file, JSON.stringify({ ...notices[1], off: ['01-01'] }));
    const { code, output } = await runCalendar(stack, 'import', file);
    expect(output).toContain('is a statutory holiday and not off');
    expect(code).toBe(1);
  });
});
