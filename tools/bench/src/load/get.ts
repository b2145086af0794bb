import { Pool } from 'undici';
import type { GetJob, Got } from './jobs.js';

/** So many clients, each asking for the next thing as soon as it has its answer. */
export async function get({ clients, seconds, origin, targets }: GetJob): Promise<Got> {
  const pool = new Pool(origin, { connections: clients, pipelining: 1 });
  const latencies: number[] = [];
  let failures = 0;
  let next = 0;
  const started = performance.now();
  const client = async (): Promise<void> => {
    for (let sent = performance.now(); sent - started < seconds * 1_000; sent = performance.now()) {
      const { path, headers } = targets[next++ % targets.length]!;
      const { statusCode, body } = await pool.request({ path, method: 'GET', headers });
      await body.dump();
      if (statusCode === 200) latencies.push(performance.now() - sent);
      else failures++;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const elapsedMs = performance.now() - started;
  await pool.close();
  return { answers: latencies.length, failures, elapsedMs, latencies: Float64Array.from(latencies) };
}
