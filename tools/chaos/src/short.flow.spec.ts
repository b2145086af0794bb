import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { missingForKafka } from '@lianban/engines';
import { required } from '@lianban/testing';

// The built program: its children cannot run the sources.
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** Runs the harness and answers how it ended and what it said. */
function chaos(...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => lines.push(piece));
  return new Promise((resolve) =>
    child.once('close', (code) => resolve({ code, said: Buffer.concat(lines).toString() })),
  );
}

describe('a house under load that is killed, stopped, cut off and robbed of its engines', () => {
  it('keeps every promise', async () => {
    // Where Kafka runs in a container it is everybody's, and is left alone.
    const ownKafka = !(await missingForKafka());
    const faults = ownKafka ? 'kill,stop,kafka,postgres,network' : 'kill,stop,postgres';
    const brokers = ownKafka ? [] : ['--brokers', required('TEST_KAFKA')];
    const { code, said } = await chaos('--seed', '1', '--requests', '300', '--faults', faults, ...brokers);
    expect(said).toContain('300 requests');
    expect({ code, said }).toMatchObject({ code: 0 });
  }, 400_000);
});
