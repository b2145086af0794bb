import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { missingForKafka } from '@lianban/engines';
import { required } from '@lianban/testing';

// The built program: its children cannot run the sources.
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** Runs the harness and returns its exit code and output. */
function chaos(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => lines.push(piece));
  return new Promise((resolve) =>
    child.once('close', (code) => resolve({ code, output: Buffer.concat(lines).toString() })),
  );
}

describe('a stack under load that is killed, stopped, cut off and robbed of its engines', () => {
  it('keeps every promise', async () => {
    // Where Kafka runs in a container it is everybody's, and is left alone.
    const ownKafka = !(await missingForKafka());
    const faults = ownKafka ? 'kill,stop,kafka,postgres,network' : 'kill,stop,postgres';
    const brokers = ownKafka ? [] : ['--brokers', required('TEST_KAFKA')];
    const { code, output } = await chaos('--seed', '1', '--requests', '120', '--faults', faults, ...brokers);
    expect(output).toContain('120 requests');
    expect([code, output]).toEqual([0, expect.any(String)]);
  }, 400_000);
});
