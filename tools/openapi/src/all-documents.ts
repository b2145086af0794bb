import { fileURLToPath } from 'node:url';
import { MODULES } from '@lianban/standalone';
import { ResponseTypes, createControllerProgram } from './answers.js';
import { documentOf } from './document.js';
import { eventsDocument } from './events.js';

/** Where the documents are committed. */
export const FOLDER = fileURLToPath(new URL('../../../docs/api/', import.meta.url));

/** Every document as it should stand, by the name of its file. */
export async function allDocuments(): Promise<Map<string, string>> {
  const answers = ResponseTypes.of(createControllerProgram());
  const documents = new Map<string, string>();
  for (const [name, service] of MODULES) {
    const document = await documentOf(name, service, answers);
    documents.set(`${name}.json`, `${JSON.stringify(document, null, 2)}\n`);
  }
  return documents.set('events.json', `${JSON.stringify(eventsDocument(), null, 2)}\n`);
}
