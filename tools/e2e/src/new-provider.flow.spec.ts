import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aRegistration, catalogueCopy, eventually, RunningStack, asShipped } from '@lianban/testing';

const README = new URL('../../../README.md', import.meta.url);

/** The blocks of the recipe, in its order: a city and a provider. */
function recipe(): { districts: { code: string }[]; id: string }[] {
  const [, text = ''] = /\*\*Add a provider\.\*\*(.*?)\n\*\*Add/s.exec(readFileSync(README, 'utf8')) ?? [];
  return [...text.matchAll(/```json(.*?)```/gs)].map(([, json]) => JSON.parse(json!) as never);
}

describe('a provider that is added as README.md says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-provider-'));
  const [city, provider] = recipe();
  let stack: RunningStack;
  beforeAll(async () => {
    const catalogue = catalogueCopy(folder, asShipped);
    for (const [name, row] of [
      ['districts.json', city],
      ['providers.json', provider],
    ] as const) {
      const file = join(catalogue, name);
      writeFileSync(file, JSON.stringify([...(JSON.parse(readFileSync(file, 'utf8')) as object[]), row]));
    }
    stack = await RunningStack.start('standalone', { CATALOGUE_FOLDER: catalogue });
  });
  afterAll(async () => {
    await stack.stop();
    rmSync(folder, { recursive: true });
  });

  it('makes its matters the only ones that can be asked for there', async () => {
    const { matters } = await stack.as<{ matters: { code: string }[] }>(
      'clerk-lixia',
      'GET',
      `/v1/matters?district=${city!.districts[0]!.code}`,
    );
    expect(matters.map(({ code }) => code)).toEqual(['WATER_NEW', 'WATER_TRANSFER']);
  });

  it('does the jobs of its district', async () => {
    const form = aRegistration('water');
    const receipt = await stack.register({
      ...form,
      matter: 'WATER_NEW',
      address: { district: city!.districts[0]!.code, text: '鼓楼区样例路1号' },
      consent: [provider!.id],
    });
    await eventually(async () => {
      const { outcome, parts } = await stack.track(receipt);
      expect(outcome).toBe('completed');
      expect(parts[0]!.reference).toMatch(new RegExp(`^${provider!.id}-`));
    });
  });
});
