import { isInstant, type Utility } from '@lianban/contracts';
import { InvalidMessage, type DecodedMessage, type RawMessage } from '@lianban/messaging';
import { readJsonTolerantly, readTolerantly } from '@lianban/service-kit';
import { readPlacementName } from '../jobs/operation.js';
import type { IncomingReport } from '../reports/receive-report.js';
import { ReportForm } from '../reports/reports.controller.js';
import { reportIdOf } from '../reports/signed-report.js';

/** CloudEvents in a topic of reports; their own type is not looked at. */
export const REPORT = 'cn.lianban.report.v1';
const STRUCTURED = /^application\/cloudevents\+json\b/i;
/** As over HTTP. */
const LONGEST_BODY_BYTES = 32 * 1024;

interface Attributes {
  id?: unknown;
  time?: unknown;
}

/**
 * Reads a report from a provider's topic: a CloudEvent in binary mode, or in structured mode where its content type says so. The
 * topic says who speaks. @throws InvalidMessage
 */
export function decodeReport(from: RawMessage, provider: string, utility: Utility): DecodedMessage {
  const [{ id, time }, data] = read(from);
  if (typeof id !== 'string' || id === '') throw new InvalidMessage('undecodable', 'ce_id is missing');
  const { form, errors } = readTolerantly(ReportForm, data);
  if (errors.length > 0)
    throw new InvalidMessage('invalid', errors.map(({ pointer, code }) => `${pointer} ${code}`).join(', '));
  const { placement, ...report } = form;
  const about = readPlacementName(placement, utility);
  if (!about) throw new InvalidMessage('unknown-job', `/placement is no job of ${utility}`);
  const event: IncomingReport = { id: reportIdOf(id.replaceAll('\0', '\uFFFD')), provider, ...about, report };
  return {
    from,
    // Some count anew for each placement.
    id: `${placement} ${id}`,
    type: REPORT,
    time: new Date(isInstant(time) ? String(time) : report.at),
    event,
  };
}

function read({ headers, body }: RawMessage): [Attributes, unknown] {
  const value = json(body);
  if (!STRUCTURED.test(headers['content-type'] ?? ''))
    return [{ id: headers.ce_id, time: headers.ce_time }, value];
  if (typeof value !== 'object' || value === null)
    throw new InvalidMessage('undecodable', 'the body is no CloudEvent');
  const { data, ...attributes } = value as Attributes & { data?: unknown };
  return [attributes, data];
}

function json(body: RawMessage['body']): unknown {
  const bytes = Buffer.from(body ?? '');
  if (bytes.length > LONGEST_BODY_BYTES)
    throw new InvalidMessage('undecodable', `the body has more than ${LONGEST_BODY_BYTES} bytes`);
  try {
    return readJsonTolerantly(bytes);
  } catch {
    throw new InvalidMessage('undecodable', 'the body is no JSON');
  }
}
