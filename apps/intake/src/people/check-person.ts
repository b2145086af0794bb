import { complaintAbout } from '@lianban/service-kit';
import type { Complaints } from '../forms/complaints.js';
import { described, wrong } from '../forms/sentences.js';
import type { PersonForm } from '../requests/requests.forms.js';
import { faultOfDocument, foreignTo, ORGANISATION_DOCUMENTS, PERSON_DOCUMENTS } from './documents.js';
import { faultOfName } from './names.js';
import { isPhone } from './phone.js';

const OF_NUMBER = {
  'wrong-document-number': wrong.documentNumber,
  'wrong-check-digit': wrong.checkDigit,
  'no-such-birth-date': wrong.birthDate,
  'birth-date-in-future': wrong.futureBirth,
};

/** Finds what the shape of the form does not tell: the name, the document and the phone. `today` in Asia/Shanghai. */
export function checkPerson(
  person: PersonForm,
  pointer: string,
  complaints: Complaints,
  today: string,
): void {
  if (!complaints.isSound(`${pointer}/kind`)) return;
  if (complaints.isSound(`${pointer}/name`)) checkName(person, `${pointer}/name`, complaints);
  if (complaints.isSound(`${pointer}/documentType`)) checkDocument(person, pointer, complaints, today);
  if (complaints.isSound(`${pointer}/phone`) && !isPhone(person.phone))
    complaints.add(`${pointer}/phone`, wrong.phone());
}

function checkName({ kind, name }: PersonForm, pointer: string, complaints: Complaints): void {
  const fault = faultOfName(kind, name);
  if (fault?.code === 'wrong-length') complaints.add(pointer, complaintAbout('isLength', fault.limits));
  else if (fault) complaints.add(pointer, wrong.characters(described(fault)));
}

function checkDocument(person: PersonForm, pointer: string, complaints: Complaints, today: string): void {
  const { kind, documentType, documentNumber } = person;
  const allowed = kind === 'person' ? PERSON_DOCUMENTS : ORGANISATION_DOCUMENTS;
  if (!allowed.includes(documentType)) return complaints.add(`${pointer}/documentType`, wrong.documentType());
  if (!complaints.isSound(`${pointer}/documentNumber`)) return;
  const fault = faultOfDocument(documentType, documentNumber, today);
  if (!fault) return;
  const foreign = fault === 'wrong-document-number' && foreignTo(documentType, documentNumber);
  const complaint = foreign ? wrong.documentCharacter(described(foreign)) : OF_NUMBER[fault]();
  complaints.add(`${pointer}/documentNumber`, complaint);
}
