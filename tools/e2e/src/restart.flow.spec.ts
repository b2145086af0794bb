import { execFileSync } from 'node:child_process';
import { aRegistration, eventually, RunningStack } from '@lianban/testing';

/** Processes whose command line or working folder names this house. */
const processesOf = (folder: string): string[] =>
  execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder) || line.includes(`SIMULATOR_DATA=${folder}`));

describe('a house that is stopped and started again', () => {
  it('leaves no process, and knows its requests afterwards', async () => {
    const house = await RunningStack.start('standalone');
    const receipt = await house.register(aRegistration('water', 'gas'));
    await eventually(async () => expect((await house.track(receipt)).phase).toBe('ended'));
    expect(processesOf(house.folder)).not.toEqual([]);
    await house.interrupt();
    expect(processesOf(house.folder)).toEqual([]);
    await house.open();
    expect(await house.track(receipt)).toMatchObject({ phase: 'ended', outcome: 'completed' });
    await house.stop();
  });

  it('says which port is taken, and by what name to choose another', async () => {
    const house = await RunningStack.start('standalone');
    const taken = new URL(house.url).port;
    await expect(RunningStack.start('standalone', { PORT: taken })).rejects.toThrow(
      new RegExp(`Port ${taken} \\(the house\\) is taken`),
    );
    await house.stop();
  });
});
