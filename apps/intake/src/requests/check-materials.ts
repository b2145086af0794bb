import {
  isWorkingDay,
  materialsNeeded,
  type Calendar,
  type MaterialNeed,
  type Matter,
  type Part,
} from '@lianban/catalogue';
import type { Material, Utility } from '@lianban/contracts';
import { messageFor } from '@lianban/service-kit';
import type { ValidationErrors } from '../validation/validation-errors.js';
import { fieldErrors } from '../validation/messages.js';
import type { ChosenPart, ValidationContext } from './choose-providers.js';
import type { MaterialForm, RegisterRequestForm } from './requests.forms.js';

/** The materials that a part needs; without a provider it has no promised date. */
interface PartRequirements {
  part: Part;
  promisedDate?: string | undefined;
  needs: MaterialNeed[];
}

/** Checks the materials and assigns them to the parts. */
export function checkMaterials(
  form: RegisterRequestForm,
  matter: Matter,
  chosen: readonly ChosenPart[],
  validation: ValidationErrors,
  context: ValidationContext,
): Map<Utility, Material[]> {
  if (!validation.isValid('/materials') || !validation.isValid('/applicant/kind')) return new Map();
  const people = { applicant: form.applicant.kind, hasAgent: Boolean(form.agent) };
  const requirements = matter.parts
    .filter(({ utility }) => form.utilities.includes(utility))
    .map((part) => ({
      part,
      promisedDate: chosen.find((one) => one.part === part)?.promisedDate,
      needs: materialsNeeded(matter, part.utility, people),
    }));
  form.materials.forEach((_, index) =>
    checkMaterial(form.materials, index, requirements, validation, context),
  );
  checkMissing(form.materials, requirements, validation);
  return new Map(requirements.map((each) => [each.part.utility, materialsOf(form.materials, each)]));
}

const isFor = ({ code, utility }: MaterialForm, { part, needs }: PartRequirements) =>
  (!utility || utility === part.utility) && needs.some((need) => need.code === code);

const isSame = (one: MaterialForm, other: MaterialForm) =>
  one.code === other.code && one.utility === other.utility;

function checkMaterial(
  materials: MaterialForm[],
  index: number,
  requirements: PartRequirements[],
  validation: ValidationErrors,
  context: ValidationContext,
): void {
  const material = materials[index]!;
  const pointer = `/materials/${index}`;
  const concerned = requirements.filter((each) => isFor(material, each));
  if (materials.findIndex((other) => isSame(other, material)) < index)
    return validation.add(pointer, messageFor('arrayUnique'));
  if (concerned.length === 0) return validation.add(`${pointer}/code`, fieldErrors.unneededMaterial());
  if (material.method === 'deferred') return checkPromise(material, pointer, concerned, validation, context);
  if (material.promisedBy) validation.add(`${pointer}/promisedBy`, messageFor('whitelistValidation'));
}

function checkPromise(
  { code, promisedBy }: MaterialForm,
  pointer: string,
  requirements: PartRequirements[],
  validation: ValidationErrors,
  { catalogue, registeredOn }: ValidationContext,
): void {
  const isDeferrable = requirements.every(
    ({ needs }) => needs.find((need) => need.code === code)!.deferrable,
  );
  if (!isDeferrable) return validation.add(`${pointer}/method`, fieldErrors.notDeferrable());
  const error = findPromiseError(promisedBy, registeredOn, requirements, catalogue.calendar);
  if (error) validation.add(`${pointer}/promisedBy`, error);
}

function findPromiseError(
  day: string | undefined,
  registeredOn: string,
  requirements: PartRequirements[],
  calendar: Calendar,
) {
  if (!day) return messageFor('isDefined');
  if (day < registeredOn) return fieldErrors.promisedTooEarly();
  if (requirements.some(({ promisedDate }) => promisedDate && day > promisedDate))
    return fieldErrors.promisedTooLate();
  if (requirements.every(({ promisedDate }) => !promisedDate)) return undefined;
  return isWorkingDay(calendar, day) ? undefined : fieldErrors.notAWorkingDay();
}

function checkMissing(
  materials: MaterialForm[],
  requirements: PartRequirements[],
  validation: ValidationErrors,
): void {
  const missing = new Map<string, MaterialNeed>();
  for (const each of requirements)
    for (const need of each.needs) if (!findFor(materials, need.code, each)) missing.set(need.code, need);
  for (const { name } of missing.values()) validation.add('/materials', fieldErrors.missingMaterial(name));
}

function findFor(materials: MaterialForm[], code: string, each: PartRequirements): MaterialForm | undefined {
  const fitting = materials.filter((material) => material.code === code && isFor(material, each));
  return fitting.find(({ utility }) => utility) ?? fitting[0];
}

const materialsOf = (materials: MaterialForm[], each: PartRequirements): Material[] =>
  each.needs
    .map(({ code }) => findFor(materials, code, each))
    .filter((material) => material !== undefined)
    .map(({ utility: _, ...material }) => material);
