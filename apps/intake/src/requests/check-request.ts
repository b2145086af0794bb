import type { Matter } from '@lianban/catalogue';
import type { Material, Utility } from '@lianban/contracts';
import { complaintAbout, pointerStep, readForm } from '@lianban/service-kit';
import { Complaints } from '../forms/complaints.js';
import { wrong } from '../forms/sentences.js';
import { checkPerson } from '../people/check-person.js';
import { checkFields } from './check-fields.js';
import { checkMaterials } from './check-materials.js';
import { chooseProviders, type ChosenPart, type Setting } from './choose-providers.js';
import { refuseOrPass } from './refusals.js';
import { RegisterRequestForm } from './requests.forms.js';
import { nameOfUtility } from './utility-names.js';

export interface CheckedPart extends ChosenPart {
  materials: Material[];
}

export interface CheckedRequest {
  form: RegisterRequestForm;
  parts: CheckedPart[];
  complaints: Complaints;
}

/** Reads and checks a request as a whole, by the catalogue of the day it was registered on; finds everything wrong at once. */
export function checkRequest(body: unknown, setting: Setting): CheckedRequest {
  const { form, errors } = readForm(RegisterRequestForm, body);
  const complaints = new Complaints(errors);
  const matter = complaints.isSound('/matter') ? findMatter(form, complaints, setting) : undefined;
  checkPeople(form, complaints, setting);
  if (!matter || !complaints.isSound('/utilities')) return { form, parts: [], complaints };
  checkWho(form, matter, complaints);
  checkParts(form, matter, complaints);
  const chosen = chooseProviders(form, matter, complaints, setting);
  checkAccounts(form, chosen, complaints);
  checkConsent(form, chosen, complaints);
  const materials = checkMaterials(form, matter, chosen, complaints, setting);
  return { form, complaints, parts: chosen.map((part) => withMaterials(part, materials)) };
}

/** The same, or a refusal. @throws InvalidForm, NotServed */
export function requireSound(checked: CheckedRequest): CheckedRequest {
  refuseOrPass(checked.complaints);
  return checked;
}

const withMaterials = (part: ChosenPart, materials: Map<Utility, Material[]>): CheckedPart => ({
  ...part,
  materials: materials.get(part.part.utility) ?? [],
});

function findMatter(form: RegisterRequestForm, complaints: Complaints, setting: Setting): Matter | undefined {
  const matter = setting.catalogue.matter(form.matter, setting.registeredOn);
  if (!matter) complaints.add('/matter', wrong.matter());
  return matter;
}

function checkPeople(form: RegisterRequestForm, complaints: Complaints, { today }: Setting): void {
  if (form.applicant) checkPerson(form.applicant, '/applicant', complaints, today);
  if (!form.agent) return;
  checkPerson(form.agent, '/agent', complaints, today);
  if (form.agent.kind === 'organisation') complaints.add('/agent/kind', wrong.agent());
}

function checkWho(form: RegisterRequestForm, { who }: Matter, complaints: Complaints): void {
  if (complaints.isSound('/applicant/kind') && !who.includes(form.applicant.kind))
    complaints.add('/applicant/kind', wrong.kind());
}

function checkParts(form: RegisterRequestForm, matter: Matter, complaints: Complaints): void {
  form.utilities.forEach((utility, index) => {
    if (!matter.parts.some((part) => part.utility === utility))
      complaints.add(`/utilities/${index}`, wrong.utility(nameOfUtility[utility]));
  });
  if (!complaints.isSound('/parts')) return;
  for (const key of Object.keys(form.parts))
    if (!form.utilities.some((utility) => utility === key))
      complaints.add(`/parts${pointerStep(key)}`, complaintAbout('whitelistValidation'));
  for (const part of matter.parts.filter(({ utility }) => form.utilities.includes(utility))) {
    checkPartShape(form, part.utility, complaints);
    const pointer = `/parts/${part.utility}/fields`;
    if (complaints.isSound(pointer))
      checkFields(form.parts[part.utility]?.fields ?? {}, part.fields, pointer, complaints);
  }
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

function checkPartShape({ parts }: RegisterRequestForm, utility: Utility, complaints: Complaints): void {
  const part: unknown = parts[utility];
  const pointer = `/parts/${utility}`;
  if (part === undefined) return;
  if (!isObject(part)) return complaints.add(pointer, complaintAbout('isObject'));
  const { fields, ...others } = part as Record<string, unknown>;
  if (fields !== undefined && !isObject(fields))
    complaints.add(`${pointer}/fields`, complaintAbout('isObject'));
  for (const key of Object.keys(others))
    complaints.add(pointer + pointerStep(key), complaintAbout('whitelistValidation'));
}

function checkAccounts(
  form: RegisterRequestForm,
  chosen: readonly ChosenPart[],
  complaints: Complaints,
): void {
  for (const { part, provider } of chosen)
    for (const { code } of part.fields.filter(({ isAccount }) => isAccount)) {
      const pointer = `/parts/${part.utility}/fields/${code}`;
      const number = form.parts[part.utility]?.fields?.[code];
      if (typeof number !== 'string' || !complaints.isSound(pointer)) continue;
      if (!new RegExp(provider.accountPattern, 'u').test(number))
        complaints.add(pointer, wrong.account(provider.name));
    }
}

function checkConsent(
  { consent, utilities }: RegisterRequestForm,
  chosen: readonly ChosenPart[],
  complaints: Complaints,
): void {
  if (!complaints.isSound('/consent')) return;
  for (const { provider } of chosen)
    if (!consent.includes(provider.id)) complaints.add('/consent', wrong.noConsent(provider.name));
  if (chosen.length < utilities.length) return;
  consent.forEach((id, index) => {
    if (!chosen.some(({ provider }) => provider.id === id))
      complaints.add(`/consent/${index}`, wrong.needlessConsent());
  });
}
