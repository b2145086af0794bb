import { exportWorkbench } from '../../api/sdk.gen.js';
import { dataOf } from '../shell/api.js';
import type { JobFilter } from './jobs.js';
import type { Utility } from './own-provider.js';

/** Saves the list as a file; as bytes, for reading it as text would drop the mark that spreadsheet programs need. */
export async function saveExport(utility: Utility, { scope, state }: JobFilter): Promise<void> {
  const answer = exportWorkbench({ path: { utility }, query: { scope, state }, parseAs: 'blob' });
  const address = URL.createObjectURL((await dataOf(answer)) as unknown as Blob);
  const link = Object.assign(document.createElement('a'), { href: address, download: `${utility}.csv` });
  link.click();
  URL.revokeObjectURL(address);
}
