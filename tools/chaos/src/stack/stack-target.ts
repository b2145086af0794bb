import type { Effect, Text } from '../checker/facts.js';
import { effectsIn, textsOf } from '../checker/gather.js';
import type { TokenSource } from '../load/caller.js';
import type { Marks, Target } from '../load/under-load.js';
import type { ChaosStack } from './chaos-stack.js';

/** A stack of this machine, just started, as a target of load. */
export class StackTarget implements Target {
  constructor(private readonly stack: ChaosStack) {}

  get url(): string {
    return this.stack.url;
  }

  token(asked: Parameters<TokenSource['token']>[0]): Promise<string> {
    return this.stack.issuer.token(asked);
  }

  marks(): Promise<Marks> {
    return Promise.resolve({ lines: 0 });
  }

  effectsSince(): Promise<Effect[]> {
    return effectsIn(this.stack.simulatorFolder);
  }

  textsSince(): Promise<Text[]> {
    return textsOf(this.stack.simulatorUrl);
  }
}
