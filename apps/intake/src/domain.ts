/** The domain of this service, for the simulation alone. */
export { JobStates, type JobStateView } from './job-states/job-states.js';
export { bodyHash } from './requests/body-hash.js';
export { checkRequest, assertValid } from './requests/check-request.js';
export { toDossier, requestedParts } from './requests/dossier.js';
export { mergeAmendment } from './requests/merge-amendment.js';
export { hashOfCode } from './requests/query-code.js';
export { receiptNumber } from './requests/receipt-number.js';
export { receiptOf, type Receipt } from './requests/receipt.js';
export { requireSameBody, type IdempotencyRecord } from './idempotency/idempotency-record.js';
export { dossierChanged } from './requests/request-events.js';
export { ServiceRequest, type AwaitedPart, type RequestedPart } from './requests/service-request.entity.js';
