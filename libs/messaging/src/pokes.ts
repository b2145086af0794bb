import { EventEmitter } from 'node:events';

const bus = new EventEmitter().setMaxListeners(0);

/** After a commit, wakes the readers of these topics in this process; readers elsewhere poll. */
export function poke(topics: Iterable<string>, xid: bigint): void {
  for (const topic of topics) bus.emit(topic, xid);
}

/** Calls `wake` with the transaction id of every commit that said something on one of these topics. */
export function onPoke(topics: readonly string[], wake: (xid: bigint) => void): () => void {
  for (const topic of topics) bus.on(topic, wake);
  return () => topics.forEach((topic) => bus.off(topic, wake));
}
