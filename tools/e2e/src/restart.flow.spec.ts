import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { freePorts } from '@lianban/engines';
import { aRegistration, eventually, RunningStack } from '@lianban/testing';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Processes whose command line or working folder names this stack. */
const processesOf = (folder: string): string[] =>
  execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder) || line.includes(`SIMULATOR_DATA=${folder}`));

describe('a stack that is stopped and started again', () => {
  it('leaves no process, and knows its requests afterwards; meanwhile its port is taken', async () => {
    const stack = await RunningStack.start('standalone');
    const taken = new URL(stack.url).port;
    await expect(RunningStack.start('standalone', { PORT: taken })).rejects.toThrow(
      // And by what name to choose another.
      new RegExp(`Port ${taken} \\(Lianban\\) is taken.*PORT`),
    );
    const receipt = await stack.register(aRegistration('water', 'gas'));
    await eventually(async () => expect((await stack.track(receipt)).phase).toBe('ended'));
    expect(processesOf(stack.folder)).not.toEqual([]);
    await stack.interrupt();
    expect(processesOf(stack.folder)).toEqual([]);
    await stack.open();
    expect(await stack.track(receipt)).toMatchObject({ phase: 'ended', outcome: 'completed' });
    await stack.stop();
  });

  it.each<[string, string[], (pid: number) => boolean]>([
    [
      'a terminal interrupts everything that it started',
      [process.execPath, 'scripts/start.mjs', 'standalone'],
      (pid) => process.kill(-pid, 'SIGINT'),
    ],
    ['npm alone is told to end', ['npm', 'start', '--silent'], (pid) => process.kill(pid, 'SIGTERM')],
  ])('stops in order where %s', async (_, [program, ...args], end) => {
    const folder = mkdtempSync(join(tmpdir(), 'lianban-stack-'));
    chmodSync(folder, 0o755);
    const first = await freePorts(5);
    const ports = ['PORT', 'ISSUER_PORT', 'SIMULATOR_PORT', 'SIMULATOR_SFTP_PORT', 'POSTGRES_PORT'];
    const start = spawn(program!, args, {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        LIANBAN_DATA: folder,
        ...Object.fromEntries(ports.map((name, place) => [name, String(first + place)])),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const faults = text(start.stderr);
    const ended = new Promise((resolve) => start.once('exit', resolve));
    let saidAtEnd: string[] | undefined;
    for await (const line of createInterface({ input: start.stdout })) {
      saidAtEnd?.push(line);
      if (!line.includes('Ctrl-C')) continue;
      end(start.pid!);
      saidAtEnd = [];
    }
    expect(await ended).toBe(0);
    expect(saidAtEnd).toEqual([]);
    expect(await faults).toBe('');
    expect(processesOf(folder)).toEqual([]);
    rmSync(folder, { recursive: true, force: true });
  });
});
