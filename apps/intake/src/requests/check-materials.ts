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
import { wrong } from '../validation/messages.js';
import type { ChosenPart, ValidationContext } from './choose-providers.js';
import type { MaterialForm, RegisterRequestForm } from './requests.forms.js';

/** A part that takes materials; without a provider it has no date yet. */
interface PartRequirements {
  part: Part;
  promisedDate?: string | undefined;
  needs: MaterialNeed[];
}

/** The materials of each part, each as it is satisfied; what is missing, needless or wrongly promised is complained of. */
export function checkMaterials(
  form: RegisterRequestForm,
  matter: Matter,
  chosen: readonly ChosenPart[],
  complaints: ValidationErrors,
  setting: ValidationContext,
): Map<Utility, Material[]> {
  if (!complaints.isValid('/materials') || !complaints.isValid('/applicant/kind')) return new Map();
  const people = { applicant: form.applicant.kind, hasAgent: Boolean(form.agent) };
  const takers = matter.parts
    .filter(({ utility }) => form.utilities.includes(utility))
    .map((part) => ({
      part,
      promisedDate: chosen.find((one) => one.part === part)?.promisedDate,
      needs: materialsNeeded(matter, part.utility, people),
    }));
  form.materials.forEach((_, index) => checkMaterial(form.materials, index, takers, complaints, setting));
  complainOfMissing(form.materials, takers, complaints);
  return new Map(takers.map((taker) => [taker.part.utility, materialsOf(form.materials, taker)]));
}

const isFor = ({ code, utility }: MaterialForm, { part, needs }: PartRequirements) =>
  (!utility || utility === part.utility) && needs.some((need) => need.code === code);

const isSame = (one: MaterialForm, other: MaterialForm) =>
  one.code === other.code && one.utility === other.utility;

function checkMaterial(
  materials: MaterialForm[],
  index: number,
  takers: PartRequirements[],
  complaints: ValidationErrors,
  setting: ValidationContext,
): void {
  const material = materials[index]!;
  const pointer = `/materials/${index}`;
  const concerned = takers.filter((taker) => isFor(material, taker));
  if (materials.findIndex((other) => isSame(other, material)) < index)
    return complaints.add(pointer, messageFor('arrayUnique'));
  if (concerned.length === 0) return complaints.add(`${pointer}/code`, wrong.needlessMaterial());
  if (material.by === 'deferred') return checkPromise(material, pointer, concerned, complaints, setting);
  if (material.promisedBy) complaints.add(`${pointer}/promisedBy`, messageFor('whitelistValidation'));
}

function checkPromise(
  { code, promisedBy }: MaterialForm,
  pointer: string,
  takers: PartRequirements[],
  complaints: ValidationErrors,
  { catalogue, registeredOn }: ValidationContext,
): void {
  const isDeferrable = takers.every(({ needs }) => needs.find((need) => need.code === code)!.deferrable);
  if (!isDeferrable) return complaints.add(`${pointer}/by`, wrong.notDeferrable());
  const fault = faultOfPromise(promisedBy, registeredOn, takers, catalogue.calendar);
  if (fault) complaints.add(`${pointer}/promisedBy`, fault);
}

function faultOfPromise(
  day: string | undefined,
  registeredOn: string,
  takers: PartRequirements[],
  calendar: Calendar,
) {
  if (!day) return messageFor('isDefined');
  if (day < registeredOn) return wrong.promisedTooEarly();
  if (takers.some(({ promisedDate }) => promisedDate && day > promisedDate)) return wrong.promisedTooLate();
  if (takers.every(({ promisedDate }) => !promisedDate)) return undefined;
  return isWorkingDay(calendar, day) ? undefined : wrong.notWorked();
}

function complainOfMissing(
  materials: MaterialForm[],
  takers: PartRequirements[],
  complaints: ValidationErrors,
): void {
  const missing = new Map<string, MaterialNeed>();
  for (const taker of takers)
    for (const need of taker.needs) if (!findFor(materials, need.code, taker)) missing.set(need.code, need);
  for (const { name } of missing.values()) complaints.add('/materials', wrong.missingMaterial(name));
}

function findFor(materials: MaterialForm[], code: string, taker: PartRequirements): MaterialForm | undefined {
  const fitting = materials.filter((material) => material.code === code && isFor(material, taker));
  return fitting.find(({ utility }) => utility) ?? fitting[0];
}

const materialsOf = (materials: MaterialForm[], taker: PartRequirements): Material[] =>
  taker.needs
    .map(({ code }) => findFor(materials, code, taker))
    .filter((material) => material !== undefined)
    .map(({ utility: _, ...material }) => material);
