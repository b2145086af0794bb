import { messageFor } from '@lianban/service-kit';
import type { ValidationErrors } from '../validation/validation-errors.js';
import { described, wrong } from '../validation/messages.js';
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
  complaints: ValidationErrors,
  today: string,
): void {
  if (!complaints.isValid(`${pointer}/kind`)) return;
  if (complaints.isValid(`${pointer}/name`)) checkName(person, `${pointer}/name`, complaints);
  if (complaints.isValid(`${pointer}/documentType`)) checkDocument(person, pointer, complaints, today);
  if (complaints.isValid(`${pointer}/phone`) && !isPhone(person.phone))
    complaints.add(`${pointer}/phone`, wrong.phone());
}

function checkName({ kind, name }: PersonForm, pointer: string, complaints: ValidationErrors): void {
  const fault = faultOfName(kind, name);
  if (fault?.code === 'wrong-length') complaints.add(pointer, messageFor('isLength', fault.limits));
  else if (fault) complaints.add(pointer, wrong.characters(described(fault)));
}

function checkDocument(
  person: PersonForm,
  pointer: string,
  complaints: ValidationErrors,
  today: string,
): void {
  const { kind, documentType, documentNumber } = person;
  const allowed = kind === 'person' ? PERSON_DOCUMENTS : ORGANISATION_DOCUMENTS;
  if (!allowed.includes(documentType)) return complaints.add(`${pointer}/documentType`, wrong.documentType());
  if (!complaints.isValid(`${pointer}/documentNumber`)) return;
  const fault = faultOfDocument(documentType, documentNumber, today);
  if (!fault) return;
  const foreign = fault === 'wrong-document-number' && foreignTo(documentType, documentNumber);
  const complaint = foreign ? wrong.documentCharacter(described(foreign)) : OF_NUMBER[fault]();
  complaints.add(`${pointer}/documentNumber`, complaint);
}
