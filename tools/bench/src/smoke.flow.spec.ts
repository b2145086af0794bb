import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { required } from '@lianban/testing';
import { GOALS } from './arguments.js';
import type { Report } from './run-goals.js';

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));

// Asked to end before Jest gives up, it takes its stack with it.
const LONGEST_MS = 480_000;

describe('the bench, tiny', () => {
  it(
    'counts right and finds a figure for every goal',
    async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, '--smoke'], {
        env: {
          PATH: process.env.PATH,
          KAFKA_BROKERS: required('TEST_KAFKA'),
          TEST_FOLDER: required('TEST_FOLDER'),
        },
        timeout: LONGEST_MS,
      });
      const file = /^All figures: (.+)$/m.exec(stdout)![1]!;
      const { judged, unmeasured } = JSON.parse(readFileSync(file, 'utf8')) as Report;
      expect(unmeasured).toEqual([]);
      expect(GOALS.filter((goal) => !judged.some((each) => each.goal === goal))).toEqual([]);
    },
    LONGEST_MS + 60_000,
  );

  it('says what it does not know, and measures nothing', async () => {
    const run = promisify(execFile)(process.execPath, [PROGRAM, '--fast']);
    await expect(run).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--fast') });
  });
});
