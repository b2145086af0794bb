import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UTILITIES } from '@lianban/contracts';
import { aRegistration, catalogueCopy, eventually, RunningStack, type Receipt } from '@lianban/testing';

/** Providers that are given work on the workbench here, so that officers' acts are reached. */
const ON_THE_WORKBENCH = ['jinan-water', 'jinan-heat', 'zibo-water'];

/** Providers whose own reports would end the jobs that the fuzzer reports on. */
const SILENT = ['jinan-electricity', 'jinan-gas', 'jinan-unicom'];

/** A request with the words by which it is known in any answer. */
export interface KnownRequest extends Receipt {
  hall: string;
  city: 'jinan' | 'zibo';
  form: object;
  /** Words that are about this person alone. */
  personal: string[];
}

/** A stack with requests of two halls, in two cities with providers of their own. */
export class FuzzStack {
  private constructor(
    readonly stack: RunningStack,
    readonly known: KnownRequest[],
    private readonly folder: string,
  ) {}

  static async start(): Promise<FuzzStack> {
    const folder = mkdtempSync(join(tmpdir(), 'lianban-fuzz-'));
    const stack = await RunningStack.start('standalone', {
      CATALOGUE_FOLDER: catalogueIn(folder),
      // Wrong codes are to be told apart from right ones all the time.
      QUERY_CODE_WINDOW_SECONDS: '1',
    });
    const context = new FuzzStack(stack, [], folder);
    try {
      for (const id of SILENT) await stack.simulator('PUT', `/providers/${id}`, { reports: 'never' });
      context.known.push(await register(stack, JINAN), await register(stack, ZIBO));
    } catch (error) {
      await context.stop();
      throw error;
    }
    return context;
  }

  /** What a provider signs its reports with. */
  secretOf(provider: string): string {
    const text = readFileSync(join(this.stack.folder, 'secrets.json'), 'utf8');
    const { simulator } = JSON.parse(text) as { simulator: string };
    return createHmac('sha256', simulator).update(provider).digest('base64');
  }

  async stop(): Promise<void> {
    await this.stack.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const catalogueIn = (folder: string): string =>
  catalogueCopy(folder, ({ settings, ...row }) =>
    ON_THE_WORKBENCH.includes(row.id)
      ? { ...row, dialect: 'workbench', retrySafety: 'idempotency-key' }
      : { ...row, ...(settings && { settings }) },
  );

const JINAN: Person = { hall: 'lixia', city: 'jinan', district: '370102', name: '张甲试样' };
const ZIBO: Person = { hall: 'zhangdian', city: 'zibo', district: '370303', name: '李乙试样' };
const CARRIERS = { jinan: 'unicom', zibo: 'telecom' };

interface Person {
  hall: string;
  city: 'jinan' | 'zibo';
  district: string;
  name: string;
}

async function register(stack: RunningStack, { hall, city, district, name }: Person): Promise<KnownRequest> {
  const plain = aRegistration(...UTILITIES);
  const address = { ...plain.address, district, text: `${name}路一号` };
  const form = {
    ...plain,
    applicant: { ...plain.applicant, name },
    address,
    parts: { ...plain.parts, telecom: { fields: { carrier: CARRIERS[city], bandwidth: 1000 } } },
    consent: plain.consent.map((id) => inCity(id, city)),
  };
  const headers = { 'idempotency-key': randomUUID() };
  const receipt = await stack.as<Receipt>(`clerk-${hall}`, 'POST', '/v1/requests', form, headers);
  const personal = [name, address.text];
  await eventually(() => stack.track(receipt));
  return { ...receipt, hall, city, form, personal };
}

const inCity = (id: string, city: string): string =>
  city === 'zibo' ? (id === 'jinan-unicom' ? 'zibo-telecom' : id.replace('jinan', 'zibo')) : id;
