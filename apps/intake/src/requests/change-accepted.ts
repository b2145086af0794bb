import { toRequestIdentity, type RequestIdentity } from './request-identity.js';
import type { ServiceRequest } from './service-request.entity.js';

/** The answer to an accepted change. Its effect is not known yet; tracking shows it later. */
export interface ChangeAccepted extends RequestIdentity {
  /** Version of the dossier; an amendment names the version that was read. */
  version: number;
}

export const toChangeAccepted = (request: ServiceRequest): ChangeAccepted => ({
  ...toRequestIdentity(request),
  version: request.dossierVersion,
});
