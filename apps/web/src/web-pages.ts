import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';

export interface WebPagesConfig {
  /** Holds the built pages, a folder each. */
  folder: string;
  /** The issuer's address as a browser reaches it. */
  issuer: string;
  clientId: string;
}

/** Answers a request for a page or one of its files. @returns false where the address is none of the pages' */
export type WebPages = (request: IncomingMessage, response: ServerResponse) => boolean;

const escapeAttribute = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

/** No page takes anything from another host, apart from tokens; styles that are made in the browser carry the answer's nonce. */
const contentSecurityPolicy = (nonce: string, issuer: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src 'self' ${issuer}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** The built pages: `/staff/…` for those who work here, `/applicant/` for the applicant; `/` leads to the applicant's. */
export function webPages(config: WebPagesConfig): WebPages {
  const files = ['staff', 'applicant'].map((page) => {
    const folder = join(config.folder, page);
    return {
      prefix: `/${page}/`,
      index: readFileSync(join(folder, 'index.html'), 'utf8'),
      serve: sirv(folder, { etag: true, gzip: true, setHeaders: cacheForever }),
    };
  });
  return (request, response) => {
    const path = request.url!.split('?', 1)[0]!;
    if (path === '/') return redirect(response, '/applicant/');
    const page = files.find(({ prefix }) => path.startsWith(prefix) || `${path}/` === prefix);
    if (!page) return false;
    if (!path.startsWith(page.prefix)) return redirect(response, page.prefix);
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    // Whatever is no file is a view of the page, which its router knows.
    if (/\.\w+$/.test(path)) serveFile(page, request, response);
    else sendIndex(page.index, config, response);
    return true;
  };
}

function redirect(response: ServerResponse, location: string): true {
  response.writeHead(302, { location }).end();
  return true;
}

function serveFile(
  { prefix, serve }: { prefix: string; serve: ReturnType<typeof sirv> },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.url = request.url!.slice(prefix.length - 1);
  serve(request, response, () => void response.writeHead(404).end());
}

function sendIndex(index: string, { issuer, clientId }: WebPagesConfig, response: ServerResponse): void {
  const nonce = randomBytes(16).toString('base64');
  const values = { NONCE: nonce, ISSUER: issuer, CLIENT_ID: clientId };
  response
    .writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': contentSecurityPolicy(nonce, new URL(issuer).origin),
    })
    .end(
      index.replace(/__(NONCE|ISSUER|CLIENT_ID)__/g, (_, name: keyof typeof values) =>
        escapeAttribute(values[name]),
      ),
    );
}

/** Files that carry a digest of their content in their name never change. */
function cacheForever(response: ServerResponse, path: string): void {
  const lasts = /\/assets\//.test(path);
  response.setHeader('cache-control', lasts ? 'public, max-age=31536000, immutable' : 'no-cache');
}
