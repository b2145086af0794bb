// Loaded into a process before anything of the product: puts the planted fault PLANTED into the files it concerns.
import { registerHooks } from 'node:module';
import { PLANTED } from '../planted/planted.js';

const { rewrites } = PLANTED.find(({ name }) => name === process.env.PLANTED)!;

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const ours = rewrites.filter(({ file }) => url.endsWith(file));
    if (ours.length === 0) return loaded;
    return { ...loaded, source: ours.reduce(planted, String(loaded.source)) };
  },
});

function planted(text: string, { file, find, put }: { file: string; find: string; put: string }): string {
  const sought = new RegExp(find.trim().split(/\s+/).map(literal).join('\\s+'));
  // A fault that is not there would be "not found" for ever: the file has changed, and the fault must follow it.
  if (!sought.test(text)) throw new Error(`the planted fault does not fit ${file}: there is no "${find}"`);
  return text.replace(sought, () => put);
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
