import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@lianban/testing';
import { SimulatorFixture } from './simulator-fixture.mother.js';

describe('a simulator that was killed', () => {
  let fixture: SimulatorFixture;
  beforeEach(async () => (fixture = await SimulatorFixture.open({ simulatorStageMs: 60_000 })));
  afterEach(() => fixture.close());

  it('still knows what it took and answers a repetition the same', async () => {
    const place = fixture.operation();
    const answer = await fixture.send(place);
    await fixture.start({ simulatorStageMs: 60_000 });
    expect([await fixture.send(place), await fixture.query(place)]).toEqual([answer, answer]);
    expect(await fixture.control('GET', '/control/totals')).toMatchObject({ operations: 1, effects: 1 });
  });

  it('finishes the placements that were under way, once', async () => {
    const place = fixture.operation();
    await fixture.send(place);
    await fixture.start({ simulatorStageMs: 0 });
    await eventually(() => expect(fixture.statesOf(place)).toEqual(['accepted', 'completed']));
    await eventually(async () =>
      expect(await fixture.control('GET', '/control/totals')).toMatchObject({ reportsSent: 2 }),
    );
    await fixture.start({ simulatorStageMs: 0 });
    const another = fixture.operation();
    await fixture.send(another);
    await eventually(() => expect(fixture.statesOf(another)).toEqual(['accepted', 'completed']));
    expect(fixture.statesOf(place)).toEqual(['accepted', 'completed']);
  });

  it('posts what it had written but not posted', async () => {
    fixture.status = 500;
    await fixture.setFaults('zibo-water', { stageMs: 0 });
    const place = fixture.operation();
    await fixture.send(place);
    await eventually(() => expect(fixture.statesOf(place)).toContain('accepted'));
    const [id] = fixture.receivedOf(place).map((pendingReport) => pendingReport.id);
    fixture.status = 204;
    fixture.received.length = 0;
    await fixture.start({ simulatorStageMs: 60_000 });
    await eventually(() =>
      expect(fixture.receivedOf(place).map((pendingReport) => pendingReport.id)).toContain(id),
    );
  });

  it('leaves out a line that was cut off', async () => {
    const place = fixture.operation();
    await fixture.send(place);
    appendFileSync(join(fixture.folder, 'journal.jsonl'), '{"entry":"taken","operation":{"oper');
    await fixture.start();
    expect((await fixture.query(place)).status).toBe(200);
  });

  it('keeps of old finished placements the effects and the answers alone', async () => {
    await fixture.start({ simulatorMaxKept: 1 });
    const [old, young] = [fixture.operation(), fixture.operation()];
    const answer = await fixture.send(old);
    await eventually(() => expect(fixture.statesOf(old)).toContain('completed'));
    await fixture.send(young);
    const toPlacementView = ({ placement }: typeof old) =>
      fixture.control('GET', `/control/placements/${placement}`);
    await eventually(async () => expect(await toPlacementView(old)).toMatchObject({ status: 404 }));
    expect(await toPlacementView(young)).toMatchObject({ placement: young.placement });
    await fixture.start({ simulatorMaxKept: 1 });
    expect(await fixture.send(old)).toEqual(answer);
    expect(await fixture.control('GET', `/control/effects?placement=${old.placement}`)).toMatchObject({
      effects: 1,
    });
  });
});
