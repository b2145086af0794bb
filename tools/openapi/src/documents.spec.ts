import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allDocuments, FOLDER } from './all-documents.js';

const documents = await allDocuments();

describe('docs/api', () => {
  it.each([...documents])('has %s as the code has it (npm run openapi writes it)', (file, text) => {
    expect(readFileSync(join(FOLDER, file), 'utf8')).toBe(text);
  });

  it('has no other document', () => {
    expect(readdirSync(FOLDER).sort()).toEqual([...documents.keys()].sort());
  });
});
