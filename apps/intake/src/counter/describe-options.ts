import type { ApplicantKind, Catalogue, District, Named } from '@lianban/catalogue';
import type { Language, Utility } from '@lianban/contracts';
import { DOCUMENT_NAMES, ORGANISATION_DOCUMENTS, PERSON_DOCUMENTS } from '../people/documents.js';

/** A district or county of a city. */
export interface DistrictOption extends Named {
  /** Syllables without tones, with spaces; empty where the catalogue has none. */
  pinyin: string;
  city: string;
  /** What can be asked for there. */
  utilities: Utility[];
}

/** What the counter's form offers that belongs to no matter. */
export interface CounterOptions {
  districts: DistrictOption[];
  documents: Record<ApplicantKind, Named[]>;
  /** Reasons for withdrawing. */
  withdrawalReasons: Named[];
}

export function describeOptions(catalogue: Catalogue, language: Language): CounterOptions {
  const named = (codes: readonly string[]) =>
    codes.map((code) => ({ code, name: DOCUMENT_NAMES[code]![language] }));
  return {
    districts: catalogue.allDistricts().map((district) => toOption(district, language)),
    documents: { person: named(PERSON_DOCUMENTS), organisation: named(ORGANISATION_DOCUMENTS) },
    withdrawalReasons: catalogue
      .allReasons()
      .filter(({ kinds }) => kinds.includes('withdrawal'))
      .map(({ code, name }) => ({ code, name: name[language] })),
  };
}

const toOption = ({ code, name, pinyin, city, utilities }: District, language: Language): DistrictOption => ({
  code,
  name: name[language],
  pinyin: [city.pinyin, pinyin].filter(Boolean).join(' '),
  city: city.name[language],
  utilities,
});
