import { planNotices, type NoticePlan, type RequestState } from './plan-notices.js';
import { RequestStory } from './status.mother.js';

const NOW = new Date('2026-05-20T02:00:00.000Z');
const DAY_MS = 86_400_000;
const ago = (milliseconds: number) => new Date(NOW.getTime() - milliseconds).toISOString();
const story = (utilities = ['water', 'gas'] as const) => new RequestStory([...utilities], {}, () => NOW);
const plan = (request: RequestStory, state: Partial<RequestState> = {}): NoticePlan =>
  planNotices(
    request.status(),
    { requestId: request.requestId, version: 1, keys: [], repeatedToday: 0, ...state },
    NOW,
    4,
  );
const keysOf = (notices: readonly { key: string }[]) => notices.map(({ key }) => key);

describe('a newer status', () => {
  it('sends new facts, also those of the same status', () => {
    const request = story().accept('water').end('water', 'completed');
    expect(keysOf(plan(request, { keys: ['registered'] }).toSend)).toEqual([
      'accepted:water',
      'completed:water',
    ]);
  });

  it('gives nothing twice', () => {
    const request = story().accept('water');
    expect(plan(request, { keys: ['registered', 'accepted:water'] }).toSend).toEqual([]);
  });

  it('stores facts that are more than three days old and does not send them', () => {
    const request = story()
      .add({ id: 'accepted:gas', kind: 'accepted', utility: 'gas', at: ago(3 * DAY_MS + 1) })
      .add({ id: 'accepted:water', kind: 'accepted', utility: 'water', at: ago(3 * DAY_MS) });
    const { toSend: told, tooOld } = plan(request);
    expect(keysOf(told)).toEqual(['registered', 'accepted:water']);
    expect(keysOf(tooOld)).toEqual(['accepted:gas']);
  });

  it('withholds what is beyond the limit of the day', () => {
    const request = story().hold('water', 'now');
    expect(keysOf(plan(request, { keys: ['registered'], repeatedToday: 2 }).withheld)).toEqual([
      'action:water:now',
    ]);
  });
});

describe('an acceptance', () => {
  it.each<[string, RequestStory, string[], boolean]>([
    ['waits for that of another part', story().accept('water'), ['registered'], true],
    ['waits with the registration', story().accept('water'), [], true],
    [
      'waits no longer than for the last',
      story().accept('water').accept('gas'),
      ['registered', 'accepted:water'],
      false,
    ],
    [
      'waits for no part that has ended',
      story().end('gas', 'refused').accept('water'),
      ['registered', 'refused:gas'],
      false,
    ],
    [
      'lets nothing else wait behind it',
      story().accept('water').ask('gas'),
      ['registered', 'accepted:water'],
      false,
    ],
    ['waits on while nothing is to be told', story().accept('water'), ['registered', 'accepted:water'], true],
  ])('%s', (_, request, keys, mayBatch) => {
    expect(plan(request, { keys }).mayBatch).toBe(mayBatch);
  });

  it('waits for nobody where there is one part', () => {
    const request = new RequestStory(['water']).accept('water');
    expect(plan(request, { keys: ['registered'] }).mayBatch).toBe(false);
  });
});
