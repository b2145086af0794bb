import { readFileSync } from 'node:fs';
import { createHmac, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { aPerson, eventually, type Receipt, type RunningStack } from '@lianban/testing';
import { Script } from './python.js';
import type { Rule } from './rule.js';
import type { SftpServer } from './sftp-server.js';

/** An operation as a company's program read it. */
interface Taken {
  ready?: true;
  id: string;
  kind: string;
  requestId: string;
}

interface TakenEvent extends Taken {
  type: string;
  subject: string;
  operation: string;
  key: string | null;
}

interface TakenRow extends Taken {
  fields: Record<string, string>;
  isText: boolean;
}

/** Where companies find what they need. */
export interface Surroundings {
  brokers: string;
  sftp: SftpServer;
  /** Shown by the SFTP server. */
  folder: string;
}

interface Company {
  utility: 'gas' | 'heat';
  provider: string;
  dialect: string;
  district: string;
  clerk: string;
  /** By its last digit: completed, accepted and then withdrawn, refused. */
  accounts: [string, string, string];
  start(stack: RunningStack, surroundings: Surroundings): Script<Taken>;
  /** What it read of the four operations. */
  readRule(lines: readonly Taken[]): Rule;
}

const JINAN = { district: '370102', clerk: 'clerk-lixia' };

export const COMPANIES: Company[] = [
  {
    utility: 'gas',
    provider: 'jinan-gas',
    dialect: 'kafka',
    ...JINAN,
    accounts: ['2003004005', '2003004000', '2003004009'],
    start: (_, { brokers }) => new Script('kafka_provider.py', [brokers, 'jinan-gas', 'python']),
    readRule: (lines) => eventsRule(lines as TakenEvent[]),
  },
  {
    utility: 'heat',
    provider: 'jinan-heat',
    dialect: 'feed',
    ...JINAN,
    accounts: ['30040055', '30040050', '30040059'],
    start: (stack) =>
      new Script('feed_provider.py', [stack.url, 'jinan-heat', secretOf(stack, 'jinan-heat')]),
    readRule: (lines) => eventsRule(lines as TakenEvent[]),
  },
  {
    utility: 'heat',
    provider: 'zibo-heat',
    dialect: 'heat-sftp',
    district: '370303',
    clerk: 'clerk-zhangdian',
    accounts: ['ZB300405', 'ZB300400', 'ZB300409'],
    start(stack, { sftp, folder }) {
      sftp.admit(secretOf(stack, 'zibo-heat'));
      return new Script('heat_company.py', [folder]);
    },
    readRule: (lines) => rowsRule(lines as TakenRow[]),
  },
];

/** As the installation knows it: derived from its seed. */
export function secretOf(stack: RunningStack, provider: string): string {
  const { simulator } = JSON.parse(readFileSync(join(stack.folder, 'secrets.json'), 'utf8')) as {
    simulator: string;
  };
  return `whsec_${createHmac('sha256', simulator).update(provider).digest('base64')}`;
}

/** A company in Python carries jobs to each of their ends. */
export async function tryCompany(
  company: Company,
  stack: RunningStack,
  surroundings: Surroundings,
): Promise<Rule[]> {
  const { utility, provider, clerk } = company;
  // The simulator knows the company too, and keeps out of it.
  await stack.simulator('PUT', `/providers/${provider}`, { down: true });
  const program = company.start(stack, surroundings);
  try {
    await eventually(() => {
      if (program.code !== undefined) throw new Error(`the program ended with ${program.code}`);
      if (!program.lines.some(({ ready }) => ready)) throw new Error('the program is not ready');
    });
    const [completed, withdrawn, refused] = await Promise.all(
      company.accounts.map((account) =>
        stack.as<Receipt>(clerk, 'POST', '/v1/requests', toRegistration(company, account), {
          'idempotency-key': randomUUID(),
        }),
      ),
    );
    await untilPart(stack, withdrawn!, utility, 'accepted');
    await stack.as(clerk, 'POST', `/v1/requests/${withdrawn!.receiptNumber}/withdrawal`, {
      reason: 'withdrawn-by-applicant',
    });
    const rules = [
      await ruleOf('reports carry a job to its end', () =>
        untilPart(stack, completed!, utility, 'completed'),
      ),
      await ruleOf('a withdrawal is read, and its answer believed', () =>
        untilPart(stack, withdrawn!, utility, 'cancelled'),
      ),
      await ruleOf('a refusal is a report', () => untilPart(stack, refused!, utility, 'refused')),
      await ruleOf('nothing that it wrote was parked', async () => {
        const { messages } = await stack.as<{ messages: object[] }>(
          'operator',
          'GET',
          `/v1/ops/adapter-${utility}/parked`,
        );
        if (messages.length > 0) throw new Error(JSON.stringify(messages));
        return 'none';
      }),
    ];
    return [company.readRule(program.lines.filter(({ ready }) => !ready)), ...rules];
  } finally {
    await program.stop();
  }
}

const toRegistration = ({ utility, provider, district }: Company, accountNumber: string): object => ({
  matter: 'JOINT_TRANSFER',
  utilities: [utility],
  applicant: aPerson(),
  address: { district, text: '样例路1号' },
  parts: { [utility]: { fields: { accountNumber, ...(utility === 'heat' && { heatedArea: 96.5 }) } } },
  materials: [
    { code: 'ID_CARD', method: 'paper' },
    { code: 'PROPERTY_CERT', method: 'e-licence', proof: 'LICENCE-0001' },
    ...(utility === 'gas' ? [{ code: 'METER_PHOTO', utility, method: 'paper' }] : []),
  ],
  consent: [provider],
});

const untilPart = (stack: RunningStack, receipt: Receipt, utility: string, state: string): Promise<string> =>
  eventually(async () => {
    const part = (await stack.track(receipt)).parts.find((each) => each.utility === utility)!;
    if (part.state !== state) throw new Error(`it is ${part.state}`);
    return `${part.state} ${part.reference ?? ''}`.trim();
  });

async function ruleOf(rule: string, act: () => Promise<string>): Promise<Rule> {
  try {
    return { rule, held: true, detail: await act() };
  } catch (error) {
    return { rule, held: false, detail: (error as Error).message };
  }
}

/** What the library of CloudEvents read of them. */
function eventsRule(taken: readonly TakenEvent[]): Rule {
  const wrong = taken.filter(
    ({ id, type, subject, operation, kind, requestId, key }) =>
      id !== operation ||
      type !== `cn.lianban.operation.${kind}.v1` ||
      subject !== requestId ||
      (key !== null && key !== requestId),
  );
  return {
    rule: 'the SDK reads each operation as the CloudEvent that the document describes',
    held: taken.length === 4 && wrong.length === 0,
    detail: `${taken.length} operations, ${wrong.length} of them wrong`,
  };
}

/** What openpyxl read in the files. */
function rowsRule(taken: readonly TakenRow[]): Rule {
  const wrong = taken.filter(
    ({ kind, fields, isText }) => !isText || (kind === 'place' && fields.heatedArea !== '96.5'),
  );
  return {
    rule: 'openpyxl reads each operation in the files, all of it as text',
    held: taken.length === 4 && wrong.length === 0,
    detail: `${taken.length} operations, ${wrong.length} of them wrong`,
  };
}
