import { BadCursor } from '../problems.js';

export const ORDERS = ['newest', 'urgent'] as const;
export type Order = (typeof ORDERS)[number];

/** The last row of a page: its sort value and its id. */
export interface Position {
  at: string;
  requestId: string;
}

const AT: Record<Order, RegExp> = {
  newest: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  urgent: /^(\d{4}-\d\d-\d\d|infinity)$/,
};
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An opaque cursor. */
export const cursorAt = (order: Order, { at, requestId }: Position): string =>
  Buffer.from([order, at, requestId].join(' ')).toString('base64url');

/** @throws BadCursor if this order did not create it */
export function readCursor(order: Order, cursor: string): Position {
  const [from, at = '', requestId = '', ...more] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const isOurs = from === order && isDay(at) && AT[order].test(at) && UUID.test(requestId);
  if (!isOurs || more.length > 0) throw new BadCursor();
  return { at, requestId };
}

const isDay = (at: string): boolean => at === 'infinity' || !Number.isNaN(Date.parse(at));
