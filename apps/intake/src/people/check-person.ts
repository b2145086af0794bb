import { messageFor } from '@lianban/service-kit';
import type { ValidationErrors } from '../validation/validation-errors.js';
import { describeCharacter, fieldErrors } from '../validation/messages.js';
import type { PersonForm } from '../requests/requests.forms.js';
import {
  findDocumentError,
  findForeignCharacter,
  ORGANISATION_DOCUMENTS,
  PERSON_DOCUMENTS,
} from './documents.js';
import { findNameError } from './names.js';
import { isPhone } from './phone.js';

const DOCUMENT_NUMBER_ERRORS = {
  'wrong-document-number': fieldErrors.documentNumber,
  'wrong-check-digit': fieldErrors.checkDigit,
  'no-such-birth-date': fieldErrors.birthDate,
  'birth-date-in-future': fieldErrors.futureBirth,
};

/** Checks name, document and phone. `today` is a date in Asia/Shanghai. */
export function checkPerson(
  person: PersonForm,
  pointer: string,
  validation: ValidationErrors,
  today: string,
): void {
  if (!validation.isValid(`${pointer}/kind`)) return;
  if (validation.isValid(`${pointer}/name`)) checkName(person, `${pointer}/name`, validation);
  if (validation.isValid(`${pointer}/documentType`)) checkDocument(person, pointer, validation, today);
  if (validation.isValid(`${pointer}/phone`) && !isPhone(person.phone))
    validation.add(`${pointer}/phone`, fieldErrors.phone());
}

function checkName({ kind, name }: PersonForm, pointer: string, validation: ValidationErrors): void {
  const error = findNameError(kind, name);
  if (error?.code === 'wrong-length') validation.add(pointer, messageFor('isLength', error.limits));
  else if (error) validation.add(pointer, fieldErrors.characters(describeCharacter(error)));
}

function checkDocument(
  person: PersonForm,
  pointer: string,
  validation: ValidationErrors,
  today: string,
): void {
  const { kind, documentType, documentNumber } = person;
  const allowed = kind === 'person' ? PERSON_DOCUMENTS : ORGANISATION_DOCUMENTS;
  if (!allowed.includes(documentType))
    return validation.add(`${pointer}/documentType`, fieldErrors.documentType());
  if (!validation.isValid(`${pointer}/documentNumber`)) return;
  const error = findDocumentError(documentType, documentNumber, today);
  if (!error) return;
  const foreign = error === 'wrong-document-number' && findForeignCharacter(documentType, documentNumber);
  const message = foreign
    ? fieldErrors.documentCharacter(describeCharacter(foreign))
    : DOCUMENT_NUMBER_ERRORS[error]();
  validation.add(`${pointer}/documentNumber`, message);
}
