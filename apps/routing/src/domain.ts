/** The domain of this service, for the simulation alone. */
export { nextCheckDate } from './requests/deadlines.js';
export { RoutedRequest, type Context } from './requests/routed-request.js';
export type { RoutedJob } from './requests/routed-job.js';
export { toStatusEvent } from './requests/status-event.js';
