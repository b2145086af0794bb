import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@lianban/testing';
import { House } from './house.mother.js';

describe('a simulator that was killed', () => {
  let house: House;
  beforeEach(async () => (house = await House.open({ simulatorStageMs: 60_000 })));
  afterEach(() => house.close());

  it('still knows what it took and answers a repetition the same', async () => {
    const place = house.operation();
    const answer = await house.tell(place);
    await house.start({ simulatorStageMs: 60_000 });
    expect([await house.tell(place), await house.lookUp(place)]).toEqual([answer, answer]);
    expect(await house.control('GET', '/control/totals')).toMatchObject({ operations: 1, effects: 1 });
  });

  it('finishes the plays that were under way, once', async () => {
    const place = house.operation();
    await house.tell(place);
    await house.start({ simulatorStageMs: 0 });
    await eventually(() => expect(house.statesOf(place)).toEqual(['accepted', 'completed']));
    await eventually(async () =>
      expect(await house.control('GET', '/control/totals')).toMatchObject({ reportsSent: 2 }),
    );
    await house.start({ simulatorStageMs: 0 });
    const another = house.operation();
    await house.tell(another);
    await eventually(() => expect(house.statesOf(another)).toEqual(['accepted', 'completed']));
    expect(house.statesOf(place)).toEqual(['accepted', 'completed']);
  });

  it('posts what it had written but not posted', async () => {
    house.status = 500;
    await house.order('jinan-water', { stageMs: 0 });
    const place = house.operation();
    await house.tell(place);
    await eventually(() => expect(house.statesOf(place)).toContain('accepted'));
    const [id] = house.lettersOf(place).map((letter) => letter.id);
    house.status = 204;
    house.received.length = 0;
    await house.start({ simulatorStageMs: 60_000 });
    await eventually(() => expect(house.lettersOf(place).map((letter) => letter.id)).toContain(id));
  });

  it('leaves out a line that was cut off', async () => {
    const place = house.operation();
    await house.tell(place);
    appendFileSync(join(house.folder, 'journal.jsonl'), '{"entry":"taken","operation":{"oper');
    await house.start();
    expect((await house.lookUp(place)).status).toBe(200);
  });

  it('keeps of old finished placements the effects and the answers alone', async () => {
    await house.start({ simulatorMaxKept: 1 });
    const [old, young] = [house.operation(), house.operation()];
    const answer = await house.tell(old);
    await eventually(() => expect(house.statesOf(old)).toContain('completed'));
    await house.tell(young);
    const pictureOf = ({ placement }: typeof old) => house.control('GET', `/control/placements/${placement}`);
    await eventually(async () => expect(await pictureOf(old)).toMatchObject({ status: 404 }));
    expect(await pictureOf(young)).toMatchObject({ placement: young.placement });
    await house.start({ simulatorMaxKept: 1 });
    expect(await house.tell(old)).toEqual(answer);
    expect(await house.control('GET', `/control/effects?placement=${old.placement}`)).toMatchObject({
      effects: 1,
    });
  });
});
