import { execFileSync } from 'node:child_process';
import { aRegistration, eventually, RunningStack } from '@lianban/testing';

/** Processes whose command line or working folder names this stack. */
const processesOf = (folder: string): string[] =>
  execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder) || line.includes(`SIMULATOR_DATA=${folder}`));

describe('a stack that is stopped and started again', () => {
  it('leaves no process, and knows its requests afterwards', async () => {
    const stack = await RunningStack.start('standalone');
    const receipt = await stack.register(aRegistration('water', 'gas'));
    await eventually(async () => expect((await stack.track(receipt)).phase).toBe('ended'));
    expect(processesOf(stack.folder)).not.toEqual([]);
    await stack.interrupt();
    expect(processesOf(stack.folder)).toEqual([]);
    await stack.open();
    expect(await stack.track(receipt)).toMatchObject({ phase: 'ended', outcome: 'completed' });
    await stack.stop();
  });

  it('says which port is taken, and by what name to choose another', async () => {
    const stack = await RunningStack.start('standalone');
    const taken = new URL(stack.url).port;
    await expect(RunningStack.start('standalone', { PORT: taken })).rejects.toThrow(
      new RegExp(`Port ${taken} \\(Lianban\\) is taken`),
    );
    await stack.stop();
  });
});
