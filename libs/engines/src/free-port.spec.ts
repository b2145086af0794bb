import { freePort, freePorts } from './free-port.js';

describe('a free port', () => {
  afterEach(() => jest.restoreAllMocks());

  it('is given once, though nobody listens there yet and the dice fall the same again', async () => {
    const falls = [0.5, 0.5, 0.7, 0.7, 0.9];
    jest.spyOn(Math, 'random').mockImplementation(() => falls.shift() ?? 0.1);
    const [one, another] = [await freePort(), await freePort()];
    expect(another).not.toBe(one);
    const first = await freePorts(3);
    expect([first, first + 1, first + 2]).not.toContain(another);
  });
});
