import type { Provider } from '@lianban/catalogue';
import type { Dispatcher } from 'undici';
import type { EventLog } from '../journal/event-log.js';
import type { Placement } from '../placements/placement.js';
import type { PendingReport, Report } from '../reports/report.js';
import { post, type SendReport, type SendResult } from '../reports/send-report.js';
import { hears, mannerOf, type Manner } from './listener.js';
import { BASE_PATH, toCancellations, toServiceOrder } from './service-order.js';

function eventTypeOf({ state, stage, withdrawal }: Report): string {
  if (withdrawal) return 'CancelServiceOrderStateChangeEvent';
  if (state === 'waiting') return 'ServiceOrderInformationRequiredEvent';
  return stage ? 'ServiceOrderMilestoneEvent' : 'ServiceOrderStateChangeEvent';
}

/** Calls everybody who subscribed at the provider's hub, each in the provider's manner. */
export const tmf641Sender =
  (dispatcher: Dispatcher, { providerState }: EventLog, providerOf: (id: string) => Provider): SendReport =>
  async (placement, pendingReport, isMalformed) => {
    const provider = providerOf(placement.provider);
    const manner = mannerOf(provider.id);
    const eventType = eventTypeOf(pendingReport.report);
    const listeners = providerState.listeners(provider.id).filter((each) => hears(each, eventType));
    if (!manner || listeners.length === 0) return 'nobody-listens';
    const event = isMalformed ? {} : toEvent(placement, pendingReport, provider, manner, eventType);
    const results = await Promise.all(
      listeners.map(({ callback }) =>
        post(dispatcher, addressOf(callback, manner, eventType), JSON.stringify(event)),
      ),
    );
    return worstOf(results);
  };

function toEvent(
  placement: Placement,
  { id, report }: PendingReport,
  provider: Provider,
  { payload }: Manner,
  eventType: string,
): object {
  const orderId = report.reference;
  const isCancel = eventType.startsWith('Cancel');
  const resource = isCancel
    ? { cancelServiceOrder: toCancellations(placement, orderId, provider).at(-1) }
    : { serviceOrder: toServiceOrder(placement, orderId, provider) };
  const thin = isCancel ? resource : { id: orderId, href: `${BASE_PATH}/serviceOrder/${orderId}` };
  return {
    eventId: id,
    eventTime: report.at,
    timeOcurred: report.at,
    eventType,
    event: payload === 'full' ? resource : thin,
  };
}

function addressOf(callback: string, manner: Manner, eventType: string): string {
  const name = eventType[0]!.toLowerCase() + eventType.slice(1);
  return manner.callback === 'url' ? callback : `${callback}${BASE_PATH}/listener/${name}`;
}

const worstOf = (results: readonly SendResult[]): SendResult =>
  (['not-received', 'refused'] as const).find((bad) => results.includes(bad)) ?? 'received';
