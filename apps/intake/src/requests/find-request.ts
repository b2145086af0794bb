import { Injectable } from '@nestjs/common';
import { Catalogue, nameOfMatter, nameOfProvider, shanghaiDate } from '@lianban/catalogue';
import type { Person } from '@lianban/contracts';
import { NotFound, type Caller } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { JobStates } from '../job-states/job-states.js';
import { maskedNumber } from '../people/masks.js';
import { namedPendingMaterials, provisionalNote } from './receipt.js';
import { ServiceRequest } from './service-request.entity.js';
import { shownPart } from './shown-part.js';
import { textsTo } from './texts-to.js';

/** A request as the clerk of its hall reads it: everything, the numbers of documents masked. */
@Injectable()
export class FindRequest {
  constructor(
    private readonly database: DataSource,
    private readonly catalogue: Catalogue,
  ) {}

  /** @throws NotFound, also for another hall's */
  async execute(caller: Caller, receiptNumber: string) {
    const { manager } = this.database;
    const request = await manager.findOneBy(ServiceRequest, { receiptNumber, hall: caller.hall! });
    if (!request) throw new NotFound();
    return { ...this.headOf(request), parts: this.partsOf(request, await JobStates.of(manager, request.id)) };
  }

  private headOf(request: ServiceRequest) {
    const { matter, language, applicant, agent, address, consent } = request.dossier;
    return {
      requestId: request.id,
      receiptNumber: request.receiptNumber,
      /** What an amendment must name. */
      version: request.dossierVersion,
      registeredAt: request.registeredAt.toISOString(),
      matter,
      matterName: nameOfMatter(matter, shanghaiDate(request.registeredAt), this.catalogue)[language],
      language,
      applicant: masked(applicant),
      ...(agent && { agent: masked(agent) }),
      address,
      consent,
      ...textsTo(request),
      missing: namedPendingMaterials(request, this.catalogue),
    };
  }

  private partsOf(request: ServiceRequest, jobStates: JobStates) {
    const { parts, dossier } = request;
    const { language } = dossier;
    return parts.map((each) => {
      const { provider, ...part } = each;
      /** As routing last said; absent before it has. */
      const job = jobStates.of(part.utility);
      return {
        ...part,
        provider: { id: provider, name: nameOfProvider(provider, this.catalogue)[language] },
        fields: dossier.parts[part.utility]?.fields ?? {},
        ...job,
        /** The same in the words of people, in the applicant's language. */
        shown: shownPart(request, each, job, this.catalogue),
        ...provisionalNote(job?.promisedDate ?? part.promisedDate, language, this.catalogue),
      };
    });
  }
}

const masked = (person: Person): Person => ({ ...person, documentNumber: maskedNumber(person) });
