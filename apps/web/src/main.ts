import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { webPages } from './web-pages.js';

/** Six variables are read here and not by the services' loader, which would make this program twenty times as large. */
const { HOST = '127.0.0.1', PORT = '3000', OIDC_CLIENT_ID = 'lianban-web', PAGES_FOLDER } = process.env;
/** The issuer's address as browsers reach it, where that is another than the services' own. */
const issuer = process.env.OIDC_PUBLIC_ISSUER ?? process.env.OIDC_ISSUER;
if (!issuer || !URL.canParse(issuer)) {
  process.stderr.write('OIDC_ISSUER (or OIDC_PUBLIC_ISSUER) must be the address of the identity provider.\n');
  process.exit(1);
}
const folder = PAGES_FOLDER ?? fileURLToPath(new URL('.', import.meta.url));
const pages = webPages({ folder, issuer, clientId: OIDC_CLIENT_ID });

/** The web pages as a program of their own, behind the site's ingress. */
const server = createServer((request, response) => {
  if (request.url === '/health/live') response.writeHead(200).end();
  else if (!pages(request, response)) response.writeHead(404).end();
});
server.listen(Number(PORT), HOST, () =>
  process.stdout.write(`${JSON.stringify({ service: 'web', message: 'listening', port: PORT })}\n`),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    server.close();
    server.closeIdleConnections();
  });
