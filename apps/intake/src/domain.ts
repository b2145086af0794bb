/** The domain of this service, for the simulation only. */
export { JobStates, type JobStateView } from './job-states/job-states.js';
export { bodyHash } from './requests/body-hash.js';
export { checkRequest, assertValid } from './requests/check-request.js';
export { toDossier, toRequestedParts } from './requests/dossier.js';
export { mergeAmendment } from './requests/merge-amendment.js';
export { formatReceiptNumber } from './requests/receipt-number.js';
export { toReceipt, type Receipt } from './requests/receipt.js';
export { assertSameBody, type IdempotencyRecord } from './idempotency/idempotency-record.js';
export { toDossierChanged } from './requests/request-events.js';
export { ServiceRequest, type AwaitedPart, type RequestedPart } from './requests/service-request.entity.js';
