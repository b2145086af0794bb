import { MemoryRoutedRequestRepository } from './memory-routed-request.repository.js';
import { describeRequestRepository } from './request-repository.mother.js';

describeRequestRepository('requests in memory', async () => {
  const rows = new Map<string, string>();
  return async (act) => act(new MemoryRoutedRequestRepository(rows));
});
