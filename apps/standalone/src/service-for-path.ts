import type { Provider } from '@lianban/catalogue';

/** Which service answers a path; `undefined` where none does. */
export function serviceForPath(path: string, providers: ReadonlyMap<string, Provider>): string | undefined {
  const [, version, segment, name] = path.split(/[/?]/);
  if (version !== 'v1' || !segment) return undefined;
  if (segment === 'workbench') return `adapter-${name}`;
  if (segment === 'ops') return name;
  if (segment === 'providers')
    return name && providers.has(name) ? `adapter-${providers.get(name)!.utility}` : undefined;
  return SERVICE_BY_SEGMENT[segment];
}

const SERVICE_BY_SEGMENT: Record<string, string> = {
  requests: 'intake',
  matters: 'intake',
  applicant: 'intake',
  counter: 'intake',
  track: 'tracking',
  routing: 'routing',
  notices: 'notification',
};
