import { randomUUID } from 'node:crypto';
import { describeJobRepository } from './job-repository.mother.js';
import { MemoryJobRepository } from './memory-job.repository.js';

describeJobRepository('jobs in memory', async () => {
  const rows = new Map<string, string>();
  return async (act, leaseMs = 60_000) =>
    act(new MemoryJobRepository(rows, 'gas', new Date(), leaseMs, randomUUID));
});
