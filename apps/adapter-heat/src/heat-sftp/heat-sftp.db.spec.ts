import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DriverContext } from '@lianban/adapter-kit';
import type { JobDesired } from '@lianban/contracts';
import {
  AdapterFixture,
  aDesiredState,
  CIRCUIT_OPENS_SOON,
  describeConversation,
  eventually,
  type ChangeProvider,
} from '@lianban/testing';
import { Logger } from '@nestjs/common';
import { writeXlsx } from 'hucre/xlsx';
import iconv from 'iconv-lite';
import { HeatSftpDriver } from './heat-sftp.driver.js';

const COMPANY = 'jinan-heat';
const OTHER = 'zibo-heat';
/** As shipped, and another that has a system too. */
const change: ChangeProvider = (row) =>
  row.id === OTHER ? { ...row, dialect: 'webhook', endpoint: `/${OTHER}`, credential: OTHER } : row;
const adapter = {
  utility: 'heat' as const,
  providers: [COMPANY, OTHER],
  dialects: { 'heat-sftp': (context: DriverContext) => new HeatSftpDriver(context) },
  change,
  env: { CALL_TIMEOUT_MS: '2000', ...CIRCUIT_OPENS_SOON },
};

describe('a heating company that takes spreadsheets', () => {
  let fixture: AdapterFixture;
  const warned: string[] = [];
  beforeAll(() => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((message) => void warned.push(String(message)));
  });
  afterAll(() => jest.restoreAllMocks());
  beforeAll(async () => (fixture = await AdapterFixture.open(adapter)));
  afterEach(() => fixture.simulator.clearFaults());
  afterAll(() => fixture.close());

  describeConversation(
    {
      provider: COMPANY,
      otherProvider: OTHER,
      matter: 'HEAT_NEW',
      fields: [
        { usage: 'residential', heatedArea: '89.5', heatingKind: 'floor' },
        { usage: 'residential', heatedArea: '120', heatingKind: 'floor' },
      ],
      reports: ['twice', 'out-of-order', 'late'],
      lists: false,
    },
    () => fixture,
  );

  const aJob = (text = '历下区样例路1号'): JobDesired =>
    aDesiredState(
      { utility: 'heat', provider: COMPANY },
      { matter: 'HEAT_NEW', fields: { usage: 'residential' }, address: { district: '370102', text } },
    );
  const folderOf = (...names: string[]): string =>
    join(fixture.simulator.folder, 'sftp', COMPANY, COMPANY, ...names);
  const untilPublished = ({ requestId }: JobDesired, expected: object) =>
    fixture.untilPublished(requestId, expected);

  it('is told several jobs in one file', async () => {
    await fixture.operator('POST', `providers/${COMPANY}/pause`);
    const jobs = Array.from({ length: 12 }, () => aJob());
    await fixture.publishDesired(...jobs);
    await eventually(async () =>
      expect(await fixture.query(`select from operation where status = 'pending'`)).toHaveLength(12),
    );
    const before = readdirSync(folderOf('in', 'done')).length;
    await fixture.operator('POST', `providers/${COMPANY}/resume`);
    for (const job of jobs) await untilPublished(job, { state: 'completed' });
    expect(readdirSync(folderOf('in', 'done')).length - before).toBe(1);
  });

  it('that is full for a while gets everything once, and an operator reads why it waits', async () => {
    await fixture.simulator.setFaults(COMPANY, { diskFull: true });
    const job = aJob();
    await fixture.publishDesired(job);
    await untilPublished(job, { operation: { delivery: 'unknown' } });
    const { body } = await fixture.operator('GET', 'providers');
    expect(body.providers).toContainEqual(
      expect.objectContaining({
        provider: COMPANY,
        waiting: 1,
        parked: 0,
        lastError: expect.stringMatching(/refuses|disk/),
      }),
    );
    await fixture.simulator.clearFaults();
    await untilPublished(job, { state: 'completed' });
    expect(await fixture.simulator.effects({ placement: fixture.nameOf(job.requestId) })).toBe(1);
  });

  it('never gets what no sheet can hold: that job is parked, and the others go on', async () => {
    const [bad, good] = [aJob('历下区\u0007'), aJob()];
    await fixture.publishDesired(bad, good);
    await untilPublished(good, { state: 'completed' });
    await untilPublished(bad, { operation: { delivery: 'parked' } });
    const { body } = await fixture.operator('GET', 'operations/parked');
    expect(body.operations).toMatchObject([
      { requestId: bad.requestId, lastError: '地址 has a character that no sheet can hold' },
    ]);
  });

  describe('whose people write the replies', () => {
    const HEADER = ['外部编号', '时间', '状态', '业务编号', '序号'];
    const AT = '2026-11-28 10:00:00';
    /** As a program does that writes files whole. */
    const lay = (name: string, bytes: Uint8Array): void => {
      writeFileSync(folderOf('out', `${name}.part`), bytes);
      renameSync(folderOf('out', `${name}.part`), folderOf('out', name));
    };
    const layCsv = (name: string, ...rows: string[][]): void =>
      lay(name, iconv.encode([HEADER, ...rows].map((row) => row.join(',')).join('\r\n'), 'gb18030'));
    const untilMoved = (...path: string[]) =>
      eventually(() => expect(existsSync(folderOf('out', ...path))).toBe(true));
    const placed = async (): Promise<[JobDesired, number: string]> => {
      const job = aJob();
      await fixture.publishDesired(job);
      await untilPublished(job, { operation: { delivery: 'delivered' } });
      return [job, fixture.nameOf(job.requestId)];
    };
    const stored = ({ requestId }: JobDesired) =>
      fixture.query<{ id: string }>('select id from report where request_id = $1 order by id', [requestId]);
    beforeEach(() => fixture.simulator.setFaults(COMPANY, { reports: 'never' }));

    it('has each row stored once, and the file moved away after that', async () => {
      const [job, number] = await placed();
      layCsv('a.csv', [number, AT, '已受理', 'H-007', '1'], [number, AT, '办理中', 'H-007', '2']);
      await untilPublished(job, { state: 'in-progress', reference: 'H-007' });
      await untilMoved('done', 'a.csv');
      // As after a crash between the two.
      renameSync(folderOf('out', 'done', 'a.csv'), folderOf('out', 'a.csv'));
      await untilMoved('done', 'a.csv');
      expect(await stored(job)).toEqual([{ id: 'a.csv#2' }, { id: 'a.csv#3' }]);
    });

    it('has a second number seen to by a person, for a withdrawal names no number', async () => {
      const [job, number] = await placed();
      layCsv('s.csv', [number, AT, '已受理', 'H-8', '1'], [number, AT, '办理中', 'H-9', '2']);
      await untilPublished(job, { state: 'in-progress', reference: 'H-8' });
      const { body } = await fixture.operator('GET', 'findings');
      expect(
        (body.findings as { requestId: string }[]).find((each) => each.requestId === job.requestId),
      ).toMatchObject({
        ...{ kind: 'second-reference', owner: 'operator' },
        secondOrders: [{ reference: 'H-9', state: 'by-hand' }],
      });
    });

    it('holds what it cannot do before the season is over, until the day that it names', async () => {
      const [job, number] = await placed();
      const opening = `${new Date().getUTCFullYear() + 1}-03-16`;
      const columns = [...HEADER, '原因代码', '截止日期'];
      const rows = [
        columns,
        [number, '2026-11-28 10:00:00', '已受理', 'H-5', '1', '', ''],
        [number, '2026-11-28 10:00:01', '已挂起', 'H-5', '2', '供暖期', opening],
      ];
      lay('season.csv', iconv.encode(rows.map((row) => row.join(',')).join('\r\n'), 'gb18030'));
      await untilPublished(job, {
        ...{ state: 'held', reason: 'heating-season', holder: 'provider' },
        holderDeadline: opening,
      });
      layCsv('season-over.csv', [number, '2026-11-28 10:00:02', '办理中', 'H-5', '3']);
      await untilPublished(job, { state: 'in-progress' });
    });

    it('is heard in files that come late under an older name', async () => {
      const [job, number] = await placed();
      layCsv('b-2.csv', [number, AT, '已受理', 'H-1', '1']);
      await untilPublished(job, { state: 'accepted' });
      layCsv('b-1.csv', [number, AT, '已办结', 'H-1', '2']);
      await untilPublished(job, { state: 'completed' });
    });

    it('loses one row, or one file, and nothing else', async () => {
      const [job, number] = await placed();
      lay('c-1.xlsx', Buffer.from('no workbook'));
      lay(
        'c-2.xlsx',
        await writeXlsx({ sheets: [{ name: '回复', rows: [HEADER, [number, AT, '已受理', 7]] }] }),
      );
      writeFileSync(folderOf('out', '回复(1).xlsx'), 'no name of ours');
      layCsv(
        'c-3.csv',
        ['somebody', AT, '已办结'],
        [number, '昨天', '已办结'],
        [number, AT, '已受理', 'H-2', '1'],
      );
      await untilPublished(job, { state: 'accepted', reference: 'H-2' });
      await untilMoved('failed', 'c-1.xlsx');
      await untilMoved('done', 'c-2.xlsx');
      expect(await stored(job)).toEqual([{ id: 'c-3.csv#4' }]);
      expect(existsSync(folderOf('out', '回复(1).xlsx'))).toBe(true);
      const [files, rows] = [
        warned.filter((each) => each.includes('c-1')),
        warned.filter((each) => /c-[23]/.test(each)),
      ];
      expect(files).toEqual([expect.stringContaining('c-1.xlsx is no whole XLSX')]);
      expect(rows.map((each) => each.split('left out: ')[1])).toEqual([
        'c-2.xlsx row 2: 业务编号 is a number and not text: zeros at its beginning may be lost',
        'c-3.csv row 2: 外部编号 is no number of ours',
        'c-3.csv row 3: 时间 is no time YYYY-MM-DD hh:mm:ss',
      ]);
    });

    it('is not believed to have written less than it did, where the connection is cut', async () => {
      const [job, number] = await placed();
      await fixture.simulator.setFaults(COMPANY, { cutAfterBytes: 150 });
      layCsv('e.csv', [number, AT, '已受理', 'H-4', '1'], [number, AT, '已办结', 'H-4', '2']);
      await eventually(() => expect(warned.join()).toMatch(/cut off: get/));
      await fixture.simulator.setFaults(COMPANY, { cutAfterBytes: null });
      await untilPublished(job, { state: 'completed' });
      expect(await stored(job)).toHaveLength(2);
    });

    it('is read on while nothing there may be moved, and each file once', async () => {
      const [job, number] = await placed();
      await fixture.simulator.setFaults(COMPANY, { readOnly: true });
      layCsv('d-1.csv', [number, AT, '已受理', 'H-3', '1']);
      await untilPublished(job, { state: 'accepted' });
      layCsv('d-2.csv', [number, AT, '已办结', 'H-3', '2']);
      await untilPublished(job, { state: 'completed' });
      expect(existsSync(folderOf('out', 'd-1.csv'))).toBe(true);
      await fixture.simulator.setFaults(COMPANY, { readOnly: null });
      await untilMoved('done', 'd-1.csv');
      expect(await stored(job)).toHaveLength(2);
    });

    it('in no log what stands in a file', () => {
      expect(warned.join()).not.toMatch(/欧阳|somebody|昨天/);
    });
  });
});
