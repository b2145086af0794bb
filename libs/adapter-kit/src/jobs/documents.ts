import { DOCUMENT_KINDS, type JobDocument } from '@lianban/contracts';
import type { ReportedDocument } from './job-report.js';

const LONGEST_URL = 500;
const MOST_DOCUMENTS = 20;

/** Whoever holds the status may open it: a link leads over HTTPS to where the provider's row says that its documents lie. */
export function isDocument(document: ReportedDocument, hosts: readonly string[]): document is JobDocument {
  const { kind, url } = document;
  const isKnown = DOCUMENT_KINDS.some((each) => each === kind);
  if (!isKnown || url.length > LONGEST_URL || !URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === 'https:' && hosts.includes(host) && !username && !password;
}

/** With what is new, of one address once; of too many, the first. */
export function withDocuments(
  known: readonly JobDocument[],
  reported: readonly JobDocument[],
): JobDocument[] {
  const news = reported.filter(({ url }) => known.every((each) => each.url !== url));
  return [...known, ...news].slice(0, MOST_DOCUMENTS);
}
