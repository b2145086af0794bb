import { nameOfMaterial, nameOfProvider, PROVISIONAL, type Catalogue } from '@lianban/catalogue';
import type { Language, Utility } from '@lianban/contracts';
import { pendingMaterialsOf, type PendingMaterial } from './pending-materials.js';
import type { ServiceRequest } from './service-request.entity.js';
import { textsTo, type TextsTo } from './texts-to.js';

export interface ReceiptPart {
  utility: Utility;
  provider: { id: string; name: string };
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  promisedDate: string;
  /** What stands beside the date where the holidays of its year are not announced yet. */
  provisional?: string;
}

/** What the applicant takes home. */
export interface Receipt extends TextsTo {
  requestId: string;
  receiptNumber: string;
  queryCode: string;
  registeredAt: string;
  parts: ReceiptPart[];
  /** Materials promised for later, named in the applicant's language. */
  missing: (PendingMaterial & { name: string })[];
}

/** All of a receipt but its query code, which is never stored. */
export function receiptOf(request: ServiceRequest, catalogue: Catalogue): Omit<Receipt, 'queryCode'> {
  const { language } = request.dossier;
  return {
    requestId: request.id,
    receiptNumber: request.receiptNumber,
    registeredAt: request.registeredAt.toISOString(),
    parts: request.parts.map(({ utility, provider, promisedDate }) => ({
      utility,
      provider: { id: provider, name: nameOfProvider(provider, catalogue)[language] },
      promisedDate,
      ...provisionalNote(promisedDate, language, catalogue),
    })),
    missing: namedPendingMaterials(request, catalogue),
    ...textsTo(request),
  };
}

export const provisionalNote = (date: string, language: Language, { calendar }: Catalogue) =>
  calendar.isProvisional(date) ? { provisional: PROVISIONAL[language] } : {};

export const namedPendingMaterials = ({ parts, dossier }: ServiceRequest, catalogue: Catalogue) =>
  pendingMaterialsOf(parts).map((one) => ({
    ...one,
    name: nameOfMaterial(one.code, catalogue)[dossier.language],
  }));
