import type { Matter } from '@lianban/catalogue';
import type { Material, Utility } from '@lianban/contracts';
import { messageFor, pointerStep, readForm } from '@lianban/service-kit';
import { ValidationErrors } from '../validation/validation-errors.js';
import { wrong } from '../validation/messages.js';
import { checkPerson } from '../people/check-person.js';
import { checkFields } from './check-fields.js';
import { checkMaterials } from './check-materials.js';
import { chooseProviders, type ChosenPart, type ValidationContext } from './choose-providers.js';
import { throwIfInvalid } from './problems.js';
import { RegisterRequestForm } from './requests.forms.js';
import { nameOfUtility } from './utility-names.js';

export interface CheckedPart extends ChosenPart {
  materials: Material[];
}

export interface CheckedRequest {
  form: RegisterRequestForm;
  parts: CheckedPart[];
  complaints: ValidationErrors;
}

/** Reads and checks a request as a whole, by the catalogue of the day it was registered on; finds everything wrong at once. */
export function checkRequest(body: unknown, setting: ValidationContext): CheckedRequest {
  const { form, errors } = readForm(RegisterRequestForm, body);
  const complaints = new ValidationErrors(errors);
  const matter = complaints.isValid('/matter') ? findMatter(form, complaints, setting) : undefined;
  checkPeople(form, complaints, setting);
  if (!matter || !complaints.isValid('/utilities')) return { form, parts: [], complaints };
  checkWho(form, matter, complaints);
  checkParts(form, matter, complaints);
  const chosen = chooseProviders(form, matter, complaints, setting);
  checkAccounts(form, chosen, complaints);
  checkConsent(form, chosen, complaints);
  const materials = checkMaterials(form, matter, chosen, complaints, setting);
  return { form, complaints, parts: chosen.map((part) => withMaterials(part, materials)) };
}

/** The same, or a refusal. @throws InvalidForm, NotServed */
export function assertValid(checked: CheckedRequest): CheckedRequest {
  throwIfInvalid(checked.complaints);
  return checked;
}

const withMaterials = (part: ChosenPart, materials: Map<Utility, Material[]>): CheckedPart => ({
  ...part,
  materials: materials.get(part.part.utility) ?? [],
});

function findMatter(
  form: RegisterRequestForm,
  complaints: ValidationErrors,
  setting: ValidationContext,
): Matter | undefined {
  const matter = setting.catalogue.matter(form.matter, setting.registeredOn);
  if (!matter) complaints.add('/matter', wrong.matter());
  return matter;
}

function checkPeople(
  form: RegisterRequestForm,
  complaints: ValidationErrors,
  { today }: ValidationContext,
): void {
  if (form.applicant) checkPerson(form.applicant, '/applicant', complaints, today);
  if (!form.agent) return;
  checkPerson(form.agent, '/agent', complaints, today);
  if (form.agent.kind === 'organisation') complaints.add('/agent/kind', wrong.agent());
}

function checkWho(form: RegisterRequestForm, { who }: Matter, complaints: ValidationErrors): void {
  if (complaints.isValid('/applicant/kind') && !who.includes(form.applicant.kind))
    complaints.add('/applicant/kind', wrong.kind());
}

function checkParts(form: RegisterRequestForm, matter: Matter, complaints: ValidationErrors): void {
  form.utilities.forEach((utility, index) => {
    if (!matter.parts.some((part) => part.utility === utility))
      complaints.add(`/utilities/${index}`, wrong.utility(nameOfUtility[utility]));
  });
  if (!complaints.isValid('/parts')) return;
  for (const key of Object.keys(form.parts))
    if (!form.utilities.some((utility) => utility === key))
      complaints.add(`/parts${pointerStep(key)}`, messageFor('whitelistValidation'));
  for (const part of matter.parts.filter(({ utility }) => form.utilities.includes(utility))) {
    checkPartShape(form, part.utility, complaints);
    const pointer = `/parts/${part.utility}/fields`;
    if (complaints.isValid(pointer))
      checkFields(form.parts[part.utility]?.fields ?? {}, part.fields, pointer, complaints);
  }
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

function checkPartShape(
  { parts }: RegisterRequestForm,
  utility: Utility,
  complaints: ValidationErrors,
): void {
  const part: unknown = parts[utility];
  const pointer = `/parts/${utility}`;
  if (part === undefined) return;
  if (!isObject(part)) return complaints.add(pointer, messageFor('isObject'));
  const { fields, ...others } = part as Record<string, unknown>;
  if (fields !== undefined && !isObject(fields)) complaints.add(`${pointer}/fields`, messageFor('isObject'));
  for (const key of Object.keys(others))
    complaints.add(pointer + pointerStep(key), messageFor('whitelistValidation'));
}

function checkAccounts(
  form: RegisterRequestForm,
  chosen: readonly ChosenPart[],
  complaints: ValidationErrors,
): void {
  for (const { part, provider } of chosen)
    for (const { code } of part.fields.filter(({ isAccount }) => isAccount)) {
      const pointer = `/parts/${part.utility}/fields/${code}`;
      const number = form.parts[part.utility]?.fields?.[code];
      if (typeof number !== 'string' || !complaints.isValid(pointer)) continue;
      if (!new RegExp(provider.accountPattern, 'u').test(number))
        complaints.add(pointer, wrong.account(provider.name));
    }
}

function checkConsent(
  { consent, utilities }: RegisterRequestForm,
  chosen: readonly ChosenPart[],
  complaints: ValidationErrors,
): void {
  if (!complaints.isValid('/consent')) return;
  for (const { provider } of chosen)
    if (!consent.includes(provider.id)) complaints.add('/consent', wrong.noConsent(provider.name));
  if (chosen.length < utilities.length) return;
  consent.forEach((id, index) => {
    if (!chosen.some(({ provider }) => provider.id === id))
      complaints.add(`/consent/${index}`, wrong.needlessConsent());
  });
}
