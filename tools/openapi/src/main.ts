import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allDocuments, FOLDER } from './all-documents.js';

mkdirSync(FOLDER, { recursive: true });
for (const [file, text] of await allDocuments()) {
  writeFileSync(join(FOLDER, file), text);
  process.stdout.write(`docs/api/${file}\n`);
}
