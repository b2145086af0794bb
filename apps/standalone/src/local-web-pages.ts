import { fileURLToPath } from 'node:url';
import { webPages, type WebPages } from '@lianban/web';
import { WEB_CLIENT } from './issuer/start-issuer.js';

/** The pages as built on this machine, whose users log in at the local issuer. */
export const localWebPages = (issuer: string): WebPages =>
  webPages({
    folder: fileURLToPath(new URL('../../web/dist', import.meta.url)),
    issuer,
    clientId: WEB_CLIENT,
  });
