/** Who asked a TMF641 provider to be told. */
export interface Listener {
  id: string;
  provider: string;
  callback: string;
  query?: string;
}

/** `eventType=A,B` or `eventType=A&eventType=B`; nothing asks for all. */
export function hears({ query = '' }: Listener, eventType: string): boolean {
  const wanted = new URLSearchParams(query).getAll('eventType').flatMap((types) => types.split(','));
  return wanted.length === 0 || wanted.includes(eventType);
}

export interface Manner {
  /** An event carries the whole resource, or (MEF) its id alone. */
  payload: 'full' | 'thin';
  /** The callback is the address itself (FIWARE), or what the standard's path is appended to (MEF). */
  callback: 'url' | 'root';
}

const MANNERS: Record<string, Manner> = { 'jinan-unicom': { payload: 'thin', callback: 'root' } };

/** How a provider calls its listeners; undefined where it says that it will and never does. */
export const mannerOf = (provider: string): Manner | undefined =>
  provider === 'zibo-telecom' ? undefined : (MANNERS[provider] ?? { payload: 'full', callback: 'url' });
