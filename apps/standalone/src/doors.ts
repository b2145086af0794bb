import type { Provider } from '@lianban/catalogue';

/** Which service answers a path (design 6); `undefined` where none does. */
export function doorOf(path: string, providers: ReadonlyMap<string, Provider>): string | undefined {
  const [, version, room, name] = path.split(/[/?]/);
  if (version !== 'v1' || !room) return undefined;
  if (room === 'workbench') return `adapter-${name}`;
  if (room === 'ops') return name;
  if (room === 'providers')
    return name && providers.has(name) ? `adapter-${providers.get(name)!.utility}` : undefined;
  return ROOMS[room];
}

const ROOMS: Record<string, string> = {
  requests: 'intake',
  matters: 'intake',
  track: 'tracking',
  routing: 'routing',
  notices: 'notification',
};
