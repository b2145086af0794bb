import type { ServiceRequest } from './service-request.entity.js';

/** The answer to what is asked for and not yet so; tracking shows what came of it. */
export interface AskedFor {
  requestId: string;
  receiptNumber: string;
  /** Of the dossier as it stands now; an amendment names the version that was read. */
  version: number;
}

export const askedFor = ({ id, receiptNumber, dossierVersion }: ServiceRequest): AskedFor => ({
  requestId: id,
  receiptNumber,
  version: dossierVersion,
});
