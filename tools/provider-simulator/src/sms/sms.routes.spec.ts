import { SimulatorFixture } from '../simulator-fixture.mother.js';

describe('the SMS gateway', () => {
  let fixture: SimulatorFixture;
  beforeAll(async () => (fixture = await SimulatorFixture.open()));
  afterEach(() => fixture.control('DELETE', '/control/faults'));
  afterAll(() => fixture.close());

  const send = (id: string, to: string) =>
    fetch(`${fixture.url}/sms`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id, to, text: '【联办】已受理' }),
    });
  const sentTo = (to: string) => fixture.control('GET', `/control/sms?to=${to}`);

  it('sends one text per id, also after a restart', async () => {
    const answers = [await send('n1', '13800000001'), await send('n1', '13800000001')];
    await fixture.start();
    answers.push(await send('n1', '13800000001'));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await sentTo('13800000001')).toMatchObject([{ id: 'n1', text: '【联办】已受理', asked: 3 }]);
  });

  it('refuses a number that nobody has', async () => {
    const answer = await send('n2', '13800000000');
    expect([answer.status, await answer.json()]).toEqual([422, { reason: 'no-such-number' }]);
    expect(await sentTo('13800000000')).toEqual([]);
  });

  it('loses an answer when told to, though the text was sent', async () => {
    await fixture.setFaults('sms', { loseAnswers: 1 });
    await expect(send('n3', '13800000003')).rejects.toThrow();
    expect(await sentTo('13800000003')).toHaveLength(1);
  });

  it('fails when told to and sends nothing', async () => {
    await fixture.setFaults('sms', { failWith: 500, failTimes: 1 });
    expect((await send('n4', '13800000004')).status).toBe(500);
    expect(await sentTo('13800000004')).toEqual([]);
  });

  it('lists what is wrong with a text', async () => {
    const answer = await send('n5', 'home');
    expect([answer.status, await answer.json()]).toMatchObject([422, { errors: [{ pointer: '/to' }] }]);
  });
});
