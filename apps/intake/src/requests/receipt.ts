import {
  nameOfMaterial,
  nameOfMatter,
  nameOfProvider,
  PROVISIONAL,
  shanghaiDate,
  type Catalogue,
} from '@lianban/catalogue';
import type { Language, Utility } from '@lianban/contracts';
import { findPendingMaterials, type PendingMaterial } from './pending-materials.js';
import type { ServiceRequest } from './service-request.entity.js';
import { toRequestIdentity, type RequestIdentity } from './request-identity.js';

export interface ReceiptPart {
  utility: Utility;
  provider: { id: string; name: string };
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  promisedDate: string;
  /** A note if the holidays of that year are not announced yet. */
  provisional?: string;
}

/** What the applicant takes home. */
export interface Receipt extends RequestIdentity {
  queryCode: string;
  /** In the applicant's language. */
  matterName: string;
  registeredAt: string;
  parts: ReceiptPart[];
  /** Materials promised for later, named in the applicant's language. */
  missing: (PendingMaterial & { name: string })[];
}

/** A receipt without its query code, which is never stored. */
export function toReceipt(request: ServiceRequest, catalogue: Catalogue): Omit<Receipt, 'queryCode'> {
  const { language } = request.dossier;
  return {
    ...toRequestIdentity(request),
    matterName: matterNameOf(request, language, catalogue),
    registeredAt: request.registeredAt.toISOString(),
    parts: request.parts.map(({ utility, provider, promisedDate }) => ({
      utility,
      provider: { id: provider, name: nameOfProvider(provider, catalogue)[language] },
      promisedDate,
      ...provisionalNote(promisedDate, language, catalogue),
    })),
    missing: namePendingMaterials(request, language, catalogue),
  };
}

/** The name that the matter had on the day of registration. */
export const matterNameOf = (
  { dossier, registeredAt }: ServiceRequest,
  language: Language,
  catalogue: Catalogue,
): string => nameOfMatter(dossier.matter, shanghaiDate(registeredAt), catalogue)[language];

export const provisionalNote = (date: string, language: Language, { calendar }: Catalogue) =>
  calendar.isProvisional(date) ? { provisional: PROVISIONAL[language] } : {};

export const namePendingMaterials = ({ parts }: ServiceRequest, language: Language, catalogue: Catalogue) =>
  findPendingMaterials(parts).map((one) => ({ ...one, name: nameOfMaterial(one.code, catalogue)[language] }));
