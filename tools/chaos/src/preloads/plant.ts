// Loaded into a process before anything of the product: puts the planted fault PLANTED into the files it concerns.
import { registerHooks } from 'node:module';
import { PLANTED, plantedIn } from '../planted/planted.js';

const { rewrites } = PLANTED.find(({ name }) => name === process.env.PLANTED)!;

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const ours = rewrites.filter(({ file }) => url.endsWith(file));
    if (ours.length === 0) return loaded;
    return { ...loaded, source: ours.reduce(plantedIn, String(loaded.source)) };
  },
});
