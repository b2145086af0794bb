import type { FuzzStack, KnownRequest } from './fuzz-stack.js';
import type { CallerName } from './options.js';

/** Somebody who calls, and what of the two requests is none of his business. */
export interface Caller {
  name: string;
  headers: Record<string, string>;
  token?: string;
  /** No answer to him may hold one of these words. */
  foreign: string[];
  /** He signs what he reports. */
  secret?: string;
  provider?: string;
  /** What the service is about, where it is an adapter. */
  utility: string;
}

const everythingOf = ({ requestId, receiptNumber, queryCode, personal }: KnownRequest): string[] => [
  requestId,
  receiptNumber,
  queryCode,
  ...personal,
];
const personalOf = ({ queryCode, personal }: KnownRequest): string[] => [queryCode, ...personal];

/** Who a caller is at a service: an officer is one of the utility that the service is about. */
export async function callerAt(name: CallerName, service: string, context: FuzzStack): Promise<Caller> {
  const [ours, theirs] = context.known as [KnownRequest, KnownRequest];
  const [, utility = 'water'] = /^adapter-(.*)$/.exec(service) ?? [];
  const provider = utility === 'telecom' ? 'jinan-unicom' : `jinan-${utility}`;
  switch (name) {
    case 'nobody':
      return { name, headers: {}, foreign: context.known.flatMap(everythingOf), utility };
    case 'applicant':
      return { name, headers: { 'x-query-code': ours.queryCode }, foreign: everythingOf(theirs), utility };
    case 'provider':
      return {
        name,
        headers: {},
        foreign: context.known.flatMap(everythingOf),
        secret: context.secretOf(provider),
        provider,
        utility,
      };
    case 'clerk':
      return {
        name,
        headers: {},
        token: await tokenOf(context, 'clerk-lixia'),
        foreign: everythingOf(theirs),
        utility,
      };
    case 'officer':
      return {
        name,
        headers: {},
        token: await tokenOf(context, `officer-${provider}`),
        foreign: everythingOf(theirs),
        provider,
        utility,
      };
    case 'operator':
      return {
        name,
        headers: {},
        token: await tokenOf(context, 'operator'),
        foreign: context.known.flatMap(personalOf),
        utility,
      };
  }
}

const tokenOf = ({ stack }: FuzzStack, account: string): Promise<string> => stack.freshToken(account);
