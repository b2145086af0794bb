import { Injectable } from '@nestjs/common';
import { Catalogue, nameOfProvider } from '@lianban/catalogue';
import { maskNumber, type Person } from '@lianban/contracts';
import { NotFound, type Language } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { JobStates } from '../job-states/job-states.js';
import { matterNameOf, namePendingMaterials, provisionalNote } from './receipt.js';
import { ServiceRequest } from './service-request.entity.js';
import { describePart } from './describe-part.js';
import { toChangeAccepted } from './change-accepted.js';
import type { RequestReference } from './request-identity.js';

/** A request as the clerk of its hall reads it, in her language, with masked document numbers. */
@Injectable()
export class FindRequest {
  constructor(
    private readonly database: DataSource,
    private readonly catalogue: Catalogue,
  ) {}

  /** @throws NotFound */
  async execute(reference: RequestReference, language: Language) {
    const { manager } = this.database;
    const request = await manager.findOneBy(ServiceRequest, reference);
    if (!request) throw new NotFound();
    return {
      ...this.toHead(request, language),
      parts: this.toParts(request, await JobStates.load(manager, request.id), language),
    };
  }

  private toHead(request: ServiceRequest, language: Language) {
    const { matter, applicant, agent, address, consent } = request.dossier;
    return {
      ...toChangeAccepted(request),
      registeredAt: request.registeredAt.toISOString(),
      matter,
      matterName: matterNameOf(request, language, this.catalogue),
      language: request.dossier.language,
      applicant: masked(applicant),
      ...(agent && { agent: masked(agent) }),
      address,
      consent,
      missing: namePendingMaterials(request, language, this.catalogue),
    };
  }

  private toParts(request: ServiceRequest, jobStates: JobStates, language: Language) {
    const { parts, dossier } = request;
    return parts.map((each) => {
      const { provider, ...part } = each;
      const job = jobStates.find(part.utility);
      return {
        ...part,
        provider: { id: provider, name: nameOfProvider(provider, this.catalogue)[language] },
        fields: dossier.parts[part.utility]?.fields ?? {},
        ...job,
        /** The same in words. */
        shown: describePart(request, each, job, language, this.catalogue),
        ...provisionalNote(job?.promisedDate ?? part.promisedDate, language, this.catalogue),
      };
    });
  }
}

const masked = (person: Person): Person => ({ ...person, documentNumber: maskNumber(person) });
