import { UTILITY_NAMES, type Matter } from '@lianban/catalogue';
import type { Material, Utility } from '@lianban/contracts';
import { messageFor, pointerStep, readForm } from '@lianban/service-kit';
import { ValidationErrors } from '../validation/validation-errors.js';
import { fieldErrors } from '../validation/messages.js';
import { checkPerson } from '../people/check-person.js';
import { checkFields } from './check-fields.js';
import { checkMaterials } from './check-materials.js';
import { chooseProviders, type ChosenPart, type ValidationContext } from './choose-providers.js';
import { throwIfInvalid } from './problems.js';
import { RegisterRequestForm } from './requests.forms.js';

export interface CheckedPart extends ChosenPart {
  materials: Material[];
}

export interface CheckedRequest {
  form: RegisterRequestForm;
  parts: CheckedPart[];
  validation: ValidationErrors;
}

/** Reads and validates a request as a whole, by the catalogue of its registration day; finds every error at once. */
export function checkRequest(body: unknown, context: ValidationContext): CheckedRequest {
  const { form, errors } = readForm(RegisterRequestForm, body);
  const validation = new ValidationErrors(errors);
  const matter = validation.isValid('/matter') ? findMatter(form, validation, context) : undefined;
  checkPeople(form, validation, context);
  if (!matter || !validation.isValid('/utilities')) return { form, parts: [], validation };
  checkApplicantKind(form, matter, validation);
  checkParts(form, matter, validation);
  const chosen = chooseProviders(form, matter, validation, context);
  checkAccounts(form, chosen, validation);
  checkConsent(form, chosen, validation);
  const materials = checkMaterials(form, matter, chosen, validation, context);
  return { form, validation, parts: chosen.map((part) => withMaterials(part, materials)) };
}

/** The same, or a refusal. @throws InvalidForm, NotServed */
export function assertValid(checked: CheckedRequest): CheckedRequest {
  throwIfInvalid(checked.validation);
  return checked;
}

const withMaterials = (part: ChosenPart, materials: Map<Utility, Material[]>): CheckedPart => ({
  ...part,
  materials: materials.get(part.part.utility) ?? [],
});

function findMatter(
  form: RegisterRequestForm,
  validation: ValidationErrors,
  context: ValidationContext,
): Matter | undefined {
  const matter = context.catalogue.matter(form.matter, context.registeredOn);
  if (!matter) validation.add('/matter', fieldErrors.matter());
  return matter;
}

function checkPeople(
  form: RegisterRequestForm,
  validation: ValidationErrors,
  { today }: ValidationContext,
): void {
  if (form.applicant) checkPerson(form.applicant, '/applicant', validation, today);
  if (!form.agent) return;
  checkPerson(form.agent, '/agent', validation, today);
  if (form.agent.kind === 'organisation') validation.add('/agent/kind', fieldErrors.agent());
}

function checkApplicantKind(
  form: RegisterRequestForm,
  { applicantKinds }: Matter,
  validation: ValidationErrors,
): void {
  if (validation.isValid('/applicant/kind') && !applicantKinds.includes(form.applicant.kind))
    validation.add('/applicant/kind', fieldErrors.kind());
}

function checkParts(form: RegisterRequestForm, matter: Matter, validation: ValidationErrors): void {
  form.utilities.forEach((utility, index) => {
    if (!matter.parts.some((part) => part.utility === utility))
      validation.add(`/utilities/${index}`, fieldErrors.utility(UTILITY_NAMES[utility]));
  });
  if (!validation.isValid('/parts')) return;
  for (const key of Object.keys(form.parts))
    if (!form.utilities.some((utility) => utility === key))
      validation.add(`/parts${pointerStep(key)}`, messageFor('whitelistValidation'));
  for (const part of matter.parts.filter(({ utility }) => form.utilities.includes(utility))) {
    checkPartShape(form, part.utility, validation);
    const pointer = `/parts/${part.utility}/fields`;
    if (validation.isValid(pointer))
      checkFields(form.parts[part.utility]?.fields ?? {}, part.fields, pointer, validation);
  }
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

function checkPartShape(
  { parts }: RegisterRequestForm,
  utility: Utility,
  validation: ValidationErrors,
): void {
  const part: unknown = parts[utility];
  const pointer = `/parts/${utility}`;
  if (part === undefined) return;
  if (!isObject(part)) return validation.add(pointer, messageFor('isObject'));
  const { fields, ...others } = part as Record<string, unknown>;
  if (fields !== undefined && !isObject(fields)) validation.add(`${pointer}/fields`, messageFor('isObject'));
  for (const key of Object.keys(others))
    validation.add(pointer + pointerStep(key), messageFor('whitelistValidation'));
}

function checkAccounts(
  form: RegisterRequestForm,
  chosen: readonly ChosenPart[],
  validation: ValidationErrors,
): void {
  for (const { part, provider } of chosen)
    for (const { code } of part.fields.filter(({ isAccount }) => isAccount)) {
      const pointer = `/parts/${part.utility}/fields/${code}`;
      const number = form.parts[part.utility]?.fields?.[code];
      if (typeof number !== 'string' || !validation.isValid(pointer)) continue;
      if (!new RegExp(provider.accountPattern, 'u').test(number))
        validation.add(pointer, fieldErrors.account(provider.name));
    }
}

function checkConsent(
  { consent, utilities }: RegisterRequestForm,
  chosen: readonly ChosenPart[],
  validation: ValidationErrors,
): void {
  if (!validation.isValid('/consent')) return;
  for (const { provider } of chosen)
    if (!consent.includes(provider.id)) validation.add('/consent', fieldErrors.missingConsent(provider.name));
  if (chosen.length < utilities.length) return;
  consent.forEach((id, index) => {
    if (!chosen.some(({ provider }) => provider.id === id))
      validation.add(`/consent/${index}`, fieldErrors.unneededConsent());
  });
}
