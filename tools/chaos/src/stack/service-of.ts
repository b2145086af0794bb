import type { Provider } from '@lianban/catalogue';

const SERVICE_BY_SEGMENT: Record<string, string> = {
  requests: 'intake',
  matters: 'intake',
  applicant: 'intake',
  counter: 'intake',
  track: 'tracking',
  routing: 'routing',
  notices: 'notification',
};

/** Which service answers a path; `undefined` where none does. */
export function serviceOf(path: string, providers: readonly Provider[]): string | undefined {
  const [, version, segment, name] = path.split(/[/?]/);
  if (version !== 'v1' || !segment) return undefined;
  if (segment === 'workbench') return `adapter-${name}`;
  if (segment === 'ops') return name;
  if (segment !== 'providers') return SERVICE_BY_SEGMENT[segment];
  const utility = providers.find(({ id }) => id === name)?.utility;
  return utility && `adapter-${utility}`;
}
