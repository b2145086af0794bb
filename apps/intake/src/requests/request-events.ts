import { ContactChanged, DossierChanged, type AskedCode } from '@lianban/contracts';
import { maskName } from '../people/masks.js';
import { findPendingMaterials } from './pending-materials.js';
import type { ServiceRequest } from './service-request.entity.js';

export function toDossierChanged(request: ServiceRequest): DossierChanged {
  const { matter, applicant, agent, address, parts } = request.dossier;
  return Object.assign(new DossierChanged(), {
    requestId: request.id,
    version: request.version,
    receiptNumber: request.receiptNumber,
    matter,
    catalogueVersion: request.catalogueVersion,
    registeredAt: request.registeredAt.toISOString(),
    applicant,
    ...(agent && { agent }),
    address,
    parts: request.parts.map((part) => ({ ...part, fields: parts[part.utility]?.fields ?? {} })),
    hall: request.hall,
    applicantMasked: maskName(applicant),
    queryCodeHash: request.queryCodeHash,
    pendingMaterials: [...new Set(findPendingMaterials(request.parts).map(({ code }) => code))],
  });
}

export function toContactChanged(request: ServiceRequest, askedCode?: AskedCode): ContactChanged {
  const { applicant, language } = request.dossier;
  return Object.assign(new ContactChanged(), {
    requestId: request.id,
    version: request.contactVersion,
    phone: applicant.phone,
    language,
    ...(askedCode && { askedCode }),
  });
}
