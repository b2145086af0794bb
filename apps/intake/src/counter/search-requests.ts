import { Injectable } from '@nestjs/common';
import { Catalogue, nameOfMatter, shanghaiDate } from '@lianban/catalogue';
import { receiptPrefixes } from '@lianban/contracts';
import type { Language } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import type { Dossier } from '../requests/service-request.entity.js';
import { normaliseName, normaliseText } from '../texts/normalise.js';

/** A request of the hall that fits what was looked for. */
export interface FoundRequest {
  receiptNumber: string;
  matterName: string;
  applicant: string;
  phone: string;
  address: string;
  registeredAt: string;
}

interface Row {
  receiptNumber: string;
  registeredAt: Date;
  dossier: Dossier;
}

const SHOWN = 20;

/** Finds requests of a hall by what people have at hand: a receipt, the end of a phone number, a name with an address. */
@Injectable()
export class SearchRequests {
  constructor(
    private readonly database: DataSource,
    private readonly catalogue: Catalogue,
  ) {}

  /** The newest twenty. */
  async execute(hall: string, q: string, language: Language): Promise<FoundRequest[]> {
    const found = await Promise.all(
      queriesFor(q).map(({ condition, values }) =>
        this.database.query<Row[]>(searchRequests(condition), [hall, ...values]),
      ),
    );
    const rows = new Map(found.flat().map((row) => [row.receiptNumber, row]));
    return [...rows.values()]
      .toSorted((a, b) => b.registeredAt.getTime() - a.registeredAt.getTime())
      .slice(0, SHOWN)
      .map((row) => this.describe(row, language));
  }

  private describe({ receiptNumber, registeredAt, dossier }: Row, language: Language): FoundRequest {
    const { matter, applicant, address } = dossier;
    return {
      receiptNumber,
      matterName: nameOfMatter(matter, shanghaiDate(registeredAt), this.catalogue)[language],
      applicant: applicant.name,
      phone: applicant.phone,
      address: address.text,
      registeredAt: registeredAt.toISOString(),
    };
  }
}

interface Query {
  condition: string;
  values: string[];
}

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

function queriesFor(q: string): Query[] {
  const text = normaliseText(q);
  const digits = text.replace(/[\s-]/g, '');
  return [...byReceipt(text), ...(/^\d{4,12}$/.test(digits) ? [byPhone(digits)] : byName(text))];
}

const byReceipt = (text: string): Query[] =>
  receiptPrefixes(text).map((beginning) => ({
    condition: 'receipt_number like $2',
    values: [`${escaped(beginning)}%`],
  }));

const byPhone = (digits: string): Query => ({
  condition: `right(dossier->'applicant'->>'phone', 4) = $2 and replace(dossier->'applicant'->>'phone', '-', '') like $3`,
  values: [digits.slice(-4), `%${digits}`],
});

/** A name's beginning, and what the address contains. */
function byName(text: string): Query[] {
  const [name = '', ...address] = text.split(' ');
  const beginning = escaped(normaliseName('person', name));
  if (!beginning) return [];
  return [
    {
      condition: `(dossier->'applicant'->>'name') collate "C" like $2 and dossier->'address'->>'text' like $3`,
      values: [`${beginning}%`, `%${escaped(address.join(' '))}%`],
    },
  ];
}

/** $1 is the hall, then the values of the condition. */
export const searchRequests = (condition: string): string => `
  select receipt_number as "receiptNumber", registered_at as "registeredAt", dossier from service_request
  where hall = $1 and ${condition} order by registered_at desc limit ${SHOWN}`;
