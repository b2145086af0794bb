import type { Provider } from '@lianban/catalogue';
import type { FaultSettings } from '../faults/fault-settings.js';
import type { EventLog } from '../journal/event-log.js';
import type { Placement } from '../placements/placement.js';
import { numbersOf, toWorkOrder } from './work-order.js';

/** Older changes are told nobody any more. */
export const KEPT_DAYS = 31;

interface Books {
  eventLog: EventLog;
  faults: FaultSettings;
  providerOf(id: string): Provider;
}

interface Row {
  placement: Placement;
  orderNo: string;
  at: number;
}

/** A page of the orders that changed at `since` or later, or after the order `after` of that time; in the manner of the faults. */
export function findChanges(
  { eventLog, faults, providerOf }: Books,
  provider: string,
  since: string,
  after: string | undefined,
  limit: number,
): object[] {
  const { reports, lateMs } = faults.of(provider);
  if (reports === 'never') return [];
  const from = Date.parse(since);
  const until = reports === 'late' ? Date.now() - lateMs : Infinity;
  const isAsked = ({ at, orderNo }: Row): boolean => (after && at === from ? orderNo > after : at >= from);
  const rows = [...eventLog.providerState.allPlacements()]
    .filter((placement) => placement.provider === provider)
    .flatMap((placement): Row[] => {
      const at = Date.parse(placement.changedAt);
      return numbersOf(placement).map((orderNo) => ({ placement, orderNo, at }));
    })
    .filter((row) => isAsked(row) && row.at <= until)
    .sort((one, other) => one.at - other.at || (one.orderNo < other.orderNo ? -1 : 1))
    .slice(0, limit);
  if (reports === 'out-of-order') rows.reverse();
  const shown = rows.map(({ placement, orderNo }) => toWorkOrder(placement, orderNo, providerOf(provider)));
  if (reports === 'twice') return shown.flatMap((each) => [each, each]);
  return reports === 'wrong-schema' ? shown.map(withoutOffsets) : shown;
}

/** Times as a database prints them: nobody can say when that was. */
const withoutOffsets = (order: object): object =>
  JSON.parse(JSON.stringify(order).replaceAll('+08:00"', '"')) as object;
