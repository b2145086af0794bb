import type { ServiceRequest } from './service-request.entity.js';
import { textsTo, type TextsTo } from './texts-to.js';

/** The answer to what is asked for and not yet so; tracking shows what came of it. */
export interface ChangeAccepted extends TextsTo {
  requestId: string;
  receiptNumber: string;
  /** Of the dossier as it stands now; an amendment names the version that was read. */
  version: number;
}

export const toChangeAccepted = (request: ServiceRequest): ChangeAccepted => ({
  requestId: request.id,
  receiptNumber: request.receiptNumber,
  version: request.dossierVersion,
  ...textsTo(request),
});
