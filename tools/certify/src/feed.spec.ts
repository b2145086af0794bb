import { loadCatalogue } from '@lianban/catalogue';
import { freePort } from '@lianban/engines';
import { BackOffice, FAULTS, FeedPuller, type Fault } from './back-office.mother.js';
import { certify, type Verdict } from './certify.js';
import { DIALECTS } from './dialects.js';
import { RULES } from './rules.js';

const SECRET = `whsec_${Buffer.alloc(32, 'a secret of the specs').toString('base64')}`;
const catalogue = loadCatalogue();
const provider = catalogue.providers('water').find(({ dialect }) => dialect === 'feed')!;
const NOT_FOR_FEED = ['finds-a-job', 'lists-its-jobs', 'checks-who-calls'];

describe('a provider that pulls, tried by the rules', () => {
  async function trying(rule?: string, fault?: Fault): Promise<Verdict[]> {
    const port = await freePort();
    const office = Object.assign(new BackOffice(), { fault });
    const puller = new FeedPuller(office, `http://127.0.0.1:${String(port)}`, SECRET);
    puller.start();
    try {
      return await certify(
        {
          ...{ provider, catalogue, create: DIALECTS.feed!, secret: SECRET, endpoint: 'http://127.0.0.1:1' },
          ...{ publicUrl: `http://127.0.0.1:${String(port)}`, listenOn: port },
          ...{ timeoutMs: 2_000, patienceMs: 700 },
        },
        RULES.filter(({ id }) => rule === undefined || id === rule),
      );
    } finally {
      await puller.stop();
    }
  }

  it('keeps all that its dialect knows', async () => {
    const verdicts = await trying();
    expect(
      verdicts.filter(({ result }) => result === 'broken').map(({ rule, why }) => `${rule.id} ${why!}`),
    ).toEqual([]);
    const skipped = verdicts
      .filter(({ result }) => result === 'not-for-this-dialect')
      .map(({ rule }) => rule.id);
    expect(skipped).toEqual(NOT_FOR_FEED);
    expect(verdicts.every(({ result, exchanges }) => result !== 'kept' || exchanges.length > 0)).toBe(true);
  });

  it.each([...FAULTS, ['takes-a-job', 'never-acknowledges', /not said that it has position 1/] as const])(
    '%s: broken by one that %s',
    async (rule, fault, why) => {
      const [verdict] = await trying(rule, fault);
      expect(verdict).toMatchObject({ result: 'broken', why: expect.stringMatching(why) });
    },
  );

  it('breaks each of them by one fault at least', () => {
    const known = RULES.map(({ id }) => id).filter((id) => !NOT_FOR_FEED.includes(id));
    expect([...new Set(FAULTS.map(([rule]) => rule))]).toEqual(known);
  });
});
