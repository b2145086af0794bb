import { Injectable } from '@nestjs/common';
import { Catalogue, nameOfMatter, shanghaiDate } from '@lianban/catalogue';
import { isTerminal, type JobState } from '@lianban/contracts';
import type { Language } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { maskName } from '../people/masks.js';
import type { Dossier } from '../requests/service-request.entity.js';

/** A request that may be the same as the one being entered. */
export interface PossibleDuplicate {
  /** Absent where it belongs to another hall. */
  receiptNumber?: string;
  matterName: string;
  /** Masked. */
  applicant: string;
  address: string;
  registeredAt: string;
  same: ('person' | 'address')[];
}

interface Comparable {
  documentNumber?: string;
  district?: string;
  text?: string;
}

interface Row {
  receiptNumber: string;
  hall: string;
  registeredAt: Date;
  dossier: Dossier;
  jobs: { state: JobState }[] | null;
}

const SHOWN = 5;
const LOOKED_AT = 20;

/** Finds open requests of the same person or for the same address. */
@Injectable()
export class FindDuplicates {
  constructor(
    private readonly database: DataSource,
    private readonly catalogue: Catalogue,
  ) {}

  async execute(hall: string, compared: Comparable, language: Language): Promise<PossibleDuplicate[]> {
    const { documentNumber = null, district = null, text = null } = compared;
    if (!documentNumber && !(district && text)) return [];
    const rows = await this.database.query<Row[]>(DUPLICATES, [documentNumber, district, text]);
    return rows
      .filter(({ jobs }) => !jobs || jobs.some(({ state }) => !isTerminal(state)))
      .slice(0, SHOWN)
      .map((row) => this.describe(row, hall, compared, language));
  }

  private describe(
    { receiptNumber, hall, registeredAt, dossier }: Row,
    ownHall: string,
    compared: Comparable,
    language: Language,
  ): PossibleDuplicate {
    const { matter, applicant, address } = dossier;
    const isSameAddress = address.district === compared.district && address.text === compared.text;
    return {
      ...(hall === ownHall && { receiptNumber }),
      matterName: nameOfMatter(matter, shanghaiDate(registeredAt), this.catalogue)[language],
      applicant: maskName(applicant),
      address: hall === ownHall || isSameAddress ? address.text : '',
      registeredAt: registeredAt.toISOString(),
      same: [
        ...(applicant.documentNumber === compared.documentNumber ? (['person'] as const) : []),
        ...(isSameAddress ? (['address'] as const) : []),
      ],
    };
  }
}

const ofSame = (condition: string) =>
  `(select id from service_request where ${condition} order by registered_at desc limit ${LOOKED_AT})`;

/** $1 document number, $2 district, $3 address as text. */
export const DUPLICATES = `
  select r.receipt_number as "receiptNumber", r.hall, r.registered_at as "registeredAt", r.dossier, s.jobs
  from service_request r left join job_state s on s.request_id = r.id
  where r.id in (
    ${ofSame(`dossier->'applicant'->>'documentNumber' = $1`)}
    union ${ofSame(`dossier->'address'->>'district' = $2 and dossier->'address'->>'text' = $3`)})
  order by r.registered_at desc`;
