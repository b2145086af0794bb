import { randomUUID } from 'node:crypto';
import { deflateRawSync, crc32 } from 'node:zlib';
import { writeXlsx, type WriteSheet } from 'hucre/xlsx';
import iconv from 'iconv-lite';
import yauzl from 'yauzl';
import { readReply } from './reply.js';
import { readTable } from './reply-table.js';

const REQUEST = randomUUID();
const NUMBER = `${REQUEST}:heat:1`;
const REASONS = new Map([['热负荷不足', 'no-capacity']]);
const HEADER = [
  '外部编号',
  '时间',
  '状态',
  '业务编号',
  '序号',
  '说明',
  '截止日期',
  '补正事项',
  '撤回结果',
  '原因代码',
];
const TIME = '2026-11-28 10:00:00';

const read = async (name: string, bytes: Uint8Array) =>
  readReply(name, await readTable(name, Buffer.from(bytes)), REASONS);

type Rows = NonNullable<WriteSheet['rows']>;
const book = (rows: Rows, more: Partial<WriteSheet> = {}, options: object = {}) =>
  writeXlsx({ sheets: [{ name: '回复', rows: [HEADER, ...rows], ...more }], ...options });
const readBook = async (...given: Parameters<typeof book>) => read('r.xlsx', await book(...given));
const csv = (rows: string[][]) => [HEADER, ...rows].map((row) => row.join(',')).join('\r\n');

/** A ZIP whose parts claim what they like. */
function zipOf(parts: { name: string; bytes: Buffer; claims?: number }[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, claims = bytes.length } of parts) {
    const [path, packed] = [Buffer.from(name), deflateRawSync(bytes)];
    const common = Buffer.alloc(26);
    [20, 0x800, 8, 0, 0].forEach((value, index) => common.writeUInt16LE(value, 2 * index));
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claims, 18);
    common.writeUInt16LE(path.length, 22);
    const entry = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, path, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, path]));
    local.push(entry);
    offset += entry.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

async function partsOf(bytes: Uint8Array): Promise<{ name: string; bytes: Buffer }[]> {
  const zip = await yauzl.fromBufferPromise(Buffer.from(bytes));
  const parts: { name: string; bytes: Buffer }[] = [];
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    parts.push({ name: entry.fileName, bytes: Buffer.concat(chunks) });
  }
  return parts;
}

describe('a reply', () => {
  it('has a report in each row, by the names of its columns', async () => {
    const { reports, unreadable } = await readBook([
      [
        NUMBER,
        TIME,
        '待补正',
        'H-007',
        '3',
        '请补充',
        '2026-12-10',
        'SITE_PLAN；fields.heatedArea',
        null,
        null,
      ],
      [NUMBER, TIME, '已挂起', 'H-007', 4, null, null, null, null, '热负荷不足'],
      [NUMBER, TIME, null, null, null, null, null, null, '不同意', 'withdrawal-too-late'],
      [NUMBER, TIME, '度假中', null, null, null, null, null, null, null],
    ]);
    expect(unreadable).toEqual([]);
    const at = '2026-11-28T02:00:00.000Z';
    expect(reports).toMatchObject([
      {
        ...{ id: 'r.xlsx#2', requestId: REQUEST, attempt: 1 },
        report: {
          ...{ at, state: 'waiting', reference: 'H-007', sequence: 3, text: '请补充' },
          correction: { items: ['SITE_PLAN', 'fields.heatedArea'], dueDate: '2026-12-10' },
        },
      },
      { id: 'r.xlsx#3', report: { at, state: 'held', sequence: 4, reason: 'no-capacity' } },
      { report: { at, withdrawal: 'refused', reason: 'withdrawal-too-late' } },
      { report: { at, unknownState: '度假中' } },
    ]);
  });

  it.each([
    ['UTF-8', (text: string) => Buffer.from(text)],
    ['UTF-8 with a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['GB18030', (text: string) => iconv.encode(text, 'gb18030')],
  ])('may be CSV in %s, with characters that few know', async (_, encode) => {
    const { reports } = await read(
      'r.csv',
      encode(csv([[NUMBER, TIME, '已办结', '007', '1', '"𠮷野䶮,欧阳·试样"']])),
    );
    expect(reports).toMatchObject([
      { id: 'r.csv#2', report: { state: 'completed', reference: '007', text: '𠮷野䶮,欧阳·试样' } },
    ]);
  });

  it.each([
    ['text', TIME],
    ['a date', new Date('2026-11-28T10:00:00Z')],
    ['a serial number', 46_354.416_666_666_664],
  ])('tells its time as %s, in Beijing', async (_, time) => {
    const { reports } = await readBook([[NUMBER, time, '已受理']]);
    expect(reports).toMatchObject([{ report: { at: '2026-11-28T02:00:00.000Z' } }]);
  });

  it('that counts its days from 1904 tells the same time', async () => {
    for (const time of [new Date('2026-11-28T10:00:00Z'), 44_892.416_666_666_664]) {
      const { reports } = await readBook([[NUMBER, time, '已受理']], {}, { dateSystem: '1904' });
      expect(reports).toMatchObject([{ report: { at: '2026-11-28T02:00:00.000Z' } }]);
    }
  });

  it.each<[string, Rows[number], RegExp]>([
    [
      'a number of ours that is none',
      ['H-1', TIME, '已办结'],
      /^r.xlsx row 2: 外部编号 is no number of ours$/,
    ],
    ['a number of another utility', [`${REQUEST}:gas:1`, TIME, '已办结'], /外部编号/],
    ['a number where zeros may be lost', [NUMBER, TIME, '已办结', 7], /业务编号 is a number and not text/],
    ['no time', [NUMBER, null, '已办结'], /时间 is no time/],
    ['a time with an offset', [NUMBER, '2026-11-28T10:00:00+08:00', '已办结'], /时间 is no time/],
    ['a day that no calendar has', [NUMBER, '2026-02-30 10:00:00', '已办结'], /时间 is no time/],
    ['a serial number that is no date', [NUMBER, 12, '已办结'], /时间 is no date/],
    ['a sequence that is none', [NUMBER, TIME, '已办结', null, 'first'], /序号 is no whole number/],
    [
      'an answer that nobody knows',
      [NUMBER, TIME, null, null, null, null, null, null, '也许'],
      /撤回结果 is none of/,
    ],
    ['a yes in place of a text', [NUMBER, TIME, true], /状态 is neither text nor a date/],
  ])('leaves out a row with %s, and reads the rest', async (_, row, reason) => {
    const { reports, unreadable } = await readBook([row, [NUMBER, TIME, '已受理']]);
    expect(reports).toMatchObject([{ id: 'r.xlsx#3', report: { state: 'accepted' } }]);
    expect(unreadable).toEqual([expect.stringMatching(reason)]);
  });

  it('leaves out rows with formulas and merged cells, and reads the rest', async () => {
    const rows: Rows = [
      [null, TIME, '已办结'],
      [NUMBER, TIME, '已办结'],
      [NUMBER, TIME, '已办结'],
      [NUMBER, TIME, '已受理'],
    ];
    const { reports, unreadable } = await readBook(rows, {
      cells: new Map([
        ['1,0', { value: null, type: 'formula', formula: 'A3', formulaResult: NUMBER }],
      ]) as never,
      merges: [{ startRow: 2, startCol: 0, endRow: 3, endCol: 0 }],
    });
    expect(reports.map(({ id }) => id)).toEqual(['r.xlsx#5']);
    expect(unreadable).toEqual([
      'r.xlsx row 2: 外部编号 is a formula',
      'r.xlsx row 3: 外部编号 is merged with another cell',
      'r.xlsx row 4: 外部编号 is merged with another cell',
    ]);
  });

  it('does not repeat what stands in a cell that it cannot read', async () => {
    const { unreadable } = await readBook([['欧阳试样 370102199003070016', '13800138000', '已办结']]);
    expect(unreadable.join()).not.toMatch(/欧阳|3701|138/);
  });

  /** One cell, in the last corner of a sheet. */
  async function farCell(): Promise<Buffer> {
    const parts = await partsOf(await good());
    const sheet = parts.find(({ name }) => name === 'xl/worksheets/sheet1.xml')!;
    sheet.bytes = Buffer.from(sheet.bytes.toString().replace('r="A2"', 'r="XFD1048576"'));
    return zipOf(parts);
  }

  const good = () => book([[NUMBER, TIME, '已受理']]);
  const part = (name: string, text: string | Buffer = '<x/>', claims?: number) => ({
    ...{ name, bytes: Buffer.from(text as string) },
    ...(claims !== undefined && { claims }),
  });
  it.each<[string, () => Uint8Array | Promise<Uint8Array>, RegExp]>([
    ['has a cell very far away', () => farCell(), /more than|cannot be read/],
    ['is no ZIP', () => Buffer.from('外部编号,时间'), /is no whole XLSX/],
    ['was cut', async () => (await good()).subarray(0, 1_500), /is no whole XLSX/],
    ['is encrypted', () => book([], {}, { encryption: { password: 'x', spinCount: 1_000 } }), /is encrypted/],
    ['has macros', () => book([], {}, { vbaProject: Buffer.from('x') }), /has macros/],
    [
      'has another sheet alone',
      () => writeXlsx({ sheets: [{ name: 'Sheet1', rows: [HEADER] }] }),
      /no sheet 回复/,
    ],
    [
      'lacks a column',
      () => writeXlsx({ sheets: [{ name: '回复', rows: [['外部编号']] }] }),
      /no column 时间/,
    ],
    [
      'names a column twice',
      () => writeXlsx({ sheets: [{ name: '回复', rows: [[...HEADER, '时间']] }] }),
      /twice/,
    ],
    ['has too many columns', () => book([Array<string>(65).fill('x')]), /more than 64 columns/],
    [
      'has too many rows',
      () => book(Array.from({ length: 10_001 }, (_, row) => [String(row)])),
      /more than 10000 rows/,
    ],
    ['unpacks to much more', () => zipOf([part('xl/a.xml', Buffer.alloc(4_000_000))]), /more than 200 times/],
    ['lies about its size', () => zipOf([part('xl/a.xml', Buffer.alloc(90_000), 5_000)]), /is no whole XLSX/],
    ['leads out of its folder', () => zipOf([part('../../etc/passwd')]), /is no whole XLSX/],
    [
      'has links to others',
      () => zipOf([part('xl/externalLinks/externalLink1.xml')]),
      /links to other files/,
    ],
    ['has entities', () => zipOf([part('xl/a.xml', '<!DOCTYPE a [<!ENTITY b "c">]><a/>')]), /document type/],
    [
      'has very many parts',
      () => zipOf(Array.from({ length: 201 }, (_, n) => part(`a${n}`))),
      /more than 200 parts/,
    ],
  ])('that %s is refused as a whole', async (_, make, reason) => {
    await expect(read('r.xlsx', await make())).rejects.toThrow(reason);
  });

  it('in CSV that is of no encoding is refused as a whole', async () => {
    await expect(read('r.csv', Buffer.from([0xff, 0xfe, 0x16, 0x59]))).rejects.toThrow(
      'neither UTF-8 nor GB18030',
    );
  });
});
