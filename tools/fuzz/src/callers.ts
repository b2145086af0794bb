import type { FuzzHouse, Known } from './fuzz-house.js';
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

const everythingOf = ({ requestId, receiptNumber, queryCode, personal }: Known): string[] => [
  requestId,
  receiptNumber,
  queryCode,
  ...personal,
];
const personalOf = ({ queryCode, personal }: Known): string[] => [queryCode, ...personal];

/** Who a caller is at a service: an officer is one of the utility that the service is about. */
export async function callerAt(name: CallerName, service: string, world: FuzzHouse): Promise<Caller> {
  const [ours, theirs] = world.known as [Known, Known];
  const [, utility = 'water'] = /^adapter-(.*)$/.exec(service) ?? [];
  const provider = utility === 'telecom' ? 'jinan-unicom' : `jinan-${utility}`;
  switch (name) {
    case 'nobody':
      return { name, headers: {}, foreign: world.known.flatMap(everythingOf), utility };
    case 'applicant':
      return { name, headers: { 'x-query-code': ours.queryCode }, foreign: everythingOf(theirs), utility };
    case 'provider':
      return {
        name,
        headers: {},
        foreign: world.known.flatMap(everythingOf),
        secret: world.secretOf(provider),
        provider,
        utility,
      };
    case 'clerk':
      return {
        name,
        headers: {},
        token: await tokenOf(world, 'clerk-lixia'),
        foreign: everythingOf(theirs),
        utility,
      };
    case 'officer':
      return {
        name,
        headers: {},
        token: await tokenOf(world, `officer-${provider}`),
        foreign: everythingOf(theirs),
        provider,
        utility,
      };
    case 'operator':
      return {
        name,
        headers: {},
        token: await tokenOf(world, 'operator'),
        foreign: world.known.flatMap(personalOf),
        utility,
      };
  }
}

const tokenOf = ({ house }: FuzzHouse, account: string): Promise<string> => house.freshToken(account);
