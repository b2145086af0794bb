/** The domain of this service, for the simulation alone. */
export { nextCheckDate } from './requests/deadlines.js';
export { MemoryRoutedRequestRepository } from './requests/memory-routed-request.repository.js';
export { RoutedRequest, type Context } from './requests/routed-request.js';
export { RoutedRequests } from './requests/routed-requests.js';
export { toStatusEvent } from './requests/status-event.js';
