declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** The part of kafkajs's request queue that is mended. */
  export default class RequestQueue {
    pending: unknown[];
    throttledUntil: number;
    inflight: Map<number, { sentAt: number; requestTimeout: number; timeoutRequest(): void }>;
    requestTimeoutIntervalId?: NodeJS.Timeout;
    scheduleCheckPendingRequests(): void;
    scheduleRequestTimeoutCheck(): void;
    isConnected(): boolean;
    destroy(): void;
  }
}

declare module 'kafkajs/src/cluster/brokerPool.js' {
  /** The part of kafkajs's memory of brokers that is mended. */
  export default class BrokerPool {
    metadataExpireAt: number | null;
    getNodeIds(): string[];
    removeBroker(address: { host: string; port: number }): void;
  }
}

declare module 'kafkajs/src/broker/saslAuthenticator/scram512.js' {
  /** What kafkajs authenticates with where it is given a password once and for all. */
  export default function scram512(sasl: {
    username: string;
    password: string;
  }): (connection: object) => { authenticate(): Promise<void> };
}
