import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

  it('is not given to another process while the one that asked for it lives', async () => {
    const source = new URL('./free-port.ts', import.meta.url).href;
    const program = `
      import { freePort } from '${source}';
      Math.random = () => 0.3;
      console.log(await freePort());
      process.stdin.resume();`;
    const other = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const theirs = Number(String((await once(other.stdout, 'data'))[0]));
    const falls = [0.3, 0.4];
    jest.spyOn(Math, 'random').mockImplementation(() => falls.shift() ?? 0.3);
    const ours = await freePort();
    other.stdin.end();
    await once(other, 'exit');
    expect(ours).not.toBe(theirs);
    expect(await freePort()).toBe(theirs);
  });
});
