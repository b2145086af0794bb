/** The pure decisions of this service, for the simulation alone. */
export type { Context } from './requests/context.js';
export { decided, decisionOf } from './requests/decision-of.js';
export { followDossier } from './requests/follow-dossier.js';
export { followProgress } from './requests/follow-progress.js';
export { lookAtClocks, nextLook } from './requests/look-at-clocks.js';
export { recountPromises } from './requests/recount-promises.js';
export type { Job, RequestFile } from './requests/request-file.js';
export { reroute } from './requests/reroute.js';
