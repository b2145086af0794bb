declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** The part of kafkajs's request queue that is mended. */
  export default class RequestQueue {
    pending: unknown[];
    throttledUntil: number;
    scheduleCheckPendingRequests(): void;
  }
}
