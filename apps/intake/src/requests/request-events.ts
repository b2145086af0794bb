import { ContactChanged, DossierChanged, RequestChanged } from '@lianban/contracts';
import { maskedName } from '../people/masks.js';
import { outstandingOf } from './outstanding.js';
import type { ServiceRequest } from './service-request.entity.js';

/** The whole dossier, for routing alone. */
export function dossierChanged(request: ServiceRequest): DossierChanged {
  const { matter, applicant, agent, address, parts } = request.dossier;
  return Object.assign(new DossierChanged(), {
    requestId: request.id,
    version: request.dossierVersion,
    receiptNumber: request.receiptNumber,
    matter,
    catalogueVersion: request.catalogueVersion,
    registeredAt: request.registeredAt.toISOString(),
    applicant,
    ...(agent && { agent }),
    address,
    parts: request.parts.map((part) => ({ ...part, fields: parts[part.utility]?.fields ?? {} })),
  });
}

export function contactChanged(request: ServiceRequest): ContactChanged {
  const { applicant, language } = request.dossier;
  return Object.assign(new ContactChanged(), {
    requestId: request.id,
    version: request.contactVersion,
    phone: applicant.phone,
    language,
  });
}

/** What the public side may know: no identity, a masked name. */
export function requestChanged(request: ServiceRequest): RequestChanged {
  const { matter, applicant, address } = request.dossier;
  return Object.assign(new RequestChanged(), {
    requestId: request.id,
    version: request.requestVersion,
    receiptNumber: request.receiptNumber,
    queryCodeHash: request.queryCodeHash,
    hall: request.hall,
    matter,
    district: address.district,
    applicantMasked: maskedName(applicant),
    registeredAt: request.registeredAt.toISOString(),
    parts: request.parts.map(({ utility, provider, promisedDate, withdrawnFor }) => ({
      utility,
      provider,
      promisedDate,
      withdrawn: withdrawnFor !== undefined,
    })),
    missing: [...new Set(outstandingOf(request.parts).map(({ code }) => code))],
  });
}
