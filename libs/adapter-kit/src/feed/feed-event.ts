import type { OperationBody } from '../jobs/operation.js';

/** An operation as the provider pulls it: a CloudEvent, with its position as an extension. */
export interface FeedEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject: string;
  datacontenttype: 'application/json';
  position: string;
  data: OperationBody & { callback: string };
}

export const toFeedEvent = (
  body: OperationBody,
  { source, position, callback }: { source: string; position: string; callback: string },
): FeedEvent => ({
  specversion: '1.0',
  id: body.operation,
  source: `/lianban/${source}`,
  type: `cn.lianban.operation.${body.kind}.v1`,
  subject: body.requestId,
  datacontenttype: 'application/json',
  position,
  data: { ...body, callback },
});
