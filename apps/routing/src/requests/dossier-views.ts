import { personalFields, shanghaiDate, type Catalogue, type PersonalField } from '@lianban/catalogue';
import type { DossierChanged, DossierPart, JobDossier, JobPerson, Person, Utility } from '@lianban/contracts';

/** What of a dossier is published in the status of its request. */
export type PublicDossier = Pick<
  DossierChanged,
  | 'receiptNumber'
  | 'hall'
  | 'matter'
  | 'applicantMasked'
  | 'queryCodeHash'
  | 'registeredAt'
  | 'pendingMaterials'
>;

export const toPublicDossier = (dossier: DossierChanged): PublicDossier => ({
  receiptNumber: dossier.receiptNumber,
  hall: dossier.hall,
  matter: dossier.matter,
  applicantMasked: dossier.applicantMasked,
  queryCodeHash: dossier.queryCodeHash,
  registeredAt: dossier.registeredAt,
  pendingMaterials: dossier.pendingMaterials,
});

/** What a provider gets of a dossier: of the people only what the catalogue lists for that utility and matter (PIPL art. 6). */
export function toJobDossier(dossier: DossierChanged, part: DossierPart, catalogue: Catalogue): JobDossier {
  const { applicant, agent } = personalFieldsFor(dossier, part.utility, catalogue);
  return {
    receiptNumber: dossier.receiptNumber,
    matter: dossier.matter,
    registeredAt: dossier.registeredAt,
    applicant: pick(dossier.applicant, applicant),
    ...(dossier.agent && { agent: pick(dossier.agent, agent) }),
    address: dossier.address,
    fields: part.fields,
    materials: part.materials,
    answers: part.answers,
  };
}

function personalFieldsFor(dossier: DossierChanged, utility: Utility, catalogue: Catalogue) {
  const matter = catalogue.matter(dossier.matter, shanghaiDate(new Date(dossier.registeredAt)));
  if (!matter) throw new Error(`the catalogue no longer has the matter ${dossier.matter}`);
  return personalFields(matter, utility);
}

function pick(person: Person, fields: readonly PersonalField[]): JobPerson {
  return { kind: person.kind, ...Object.fromEntries(fields.map((field) => [field, person[field]])) };
}
