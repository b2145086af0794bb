import type { Provider } from '@lianban/catalogue';
import type { Dispatcher } from 'undici';
import { post, type SendReport } from '../reports/send-report.js';
import { toProgress } from './application.js';
import { signatureOf } from './signature.js';

/** Calls us with a signed report. */
export const gridRestSender =
  (
    dispatcher: Dispatcher,
    secretOf: (provider: string) => string,
    providerOf: (id: string) => Provider,
  ): SendReport =>
  (placement, pendingReport, isMalformed) => {
    const provider = providerOf(placement.provider);
    const progress = toProgress(placement, pendingReport, provider);
    const body = JSON.stringify(isMalformed ? { ...progress, sequence: 'first', time: 'today' } : progress);
    return post(dispatcher, placement.callback, body, signatureOf(provider, secretOf(provider.id), body));
  };
