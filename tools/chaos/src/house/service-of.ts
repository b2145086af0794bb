import type { Provider } from '@lianban/catalogue';

const ROOMS: Record<string, string> = {
  requests: 'intake',
  matters: 'intake',
  track: 'tracking',
  routing: 'routing',
  notices: 'notification',
};

/** Which service answers a path (design 6); `undefined` where none does. */
export function serviceOf(path: string, providers: readonly Provider[]): string | undefined {
  const [, version, room, name] = path.split(/[/?]/);
  if (version !== 'v1' || !room) return undefined;
  if (room === 'workbench') return `adapter-${name}`;
  if (room === 'ops') return name;
  if (room !== 'providers') return ROOMS[room];
  const utility = providers.find(({ id }) => id === name)?.utility;
  return utility && `adapter-${utility}`;
}
