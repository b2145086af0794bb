import type { Role } from '@lianban/service-kit';

/** Somebody who may ask for a token; `name` and `secret` are what curl's `-u` takes. */
export interface Account {
  name: string;
  secret: string;
  role: Role;
  hall?: string;
  provider?: string;
}

const DEMO_SECRET = 'lianban-demo';
const HALLS = ['lixia', 'zhangdian'];

/** A clerk of each demo hall, an officer and a lead officer of each provider, an operator; all with the same well-known secret. */
export function demoAccounts(providers: readonly string[]): Account[] {
  const clerks = HALLS.map((hall) => ({ name: `clerk-${hall}`, role: 'clerk' as const, hall }));
  const officers = providers.flatMap((provider) => [
    { name: `officer-${provider}`, role: 'officer' as const, provider },
    { name: `lead-${provider}`, role: 'lead-officer' as const, provider },
  ]);
  const operator = { name: 'operator', role: 'operator' as const };
  return [...clerks, ...officers, operator].map((account) => ({ ...account, secret: DEMO_SECRET }));
}
