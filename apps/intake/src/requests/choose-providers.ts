import {
  pickProvider,
  promisedDate,
  UTILITY_NAMES,
  type Catalogue,
  type Matter,
  type Part,
  type Provider,
} from '@lianban/catalogue';
import type { ValidationErrors } from '../validation/validation-errors.js';
import { fieldErrors } from '../validation/messages.js';
import type { RegisterRequestForm } from './requests.forms.js';

/** A part of the request with its provider and promised date. */
export interface ChosenPart {
  part: Part;
  provider: Provider;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  promisedDate: string;
}

export interface ValidationContext {
  catalogue: Catalogue;
  /** `YYYY-MM-DD` in Asia/Shanghai; the catalogue of that day applies. */
  registeredOn: string;
  today: string;
}

/** Chooses the provider and the promised date of each part. */
export function chooseProviders(
  form: RegisterRequestForm,
  matter: Matter,
  validation: ValidationErrors,
  context: ValidationContext,
): ChosenPart[] {
  const parts = form.utilities.flatMap((utility) => matter.parts.filter((part) => part.utility === utility));
  return parts.flatMap((part) => choose(form, part, validation, context) ?? []);
}

function choose(
  form: RegisterRequestForm,
  part: Part,
  validation: ValidationErrors,
  context: ValidationContext,
): ChosenPart | undefined {
  const { utility } = part;
  if (!validation.isValid('/address/district') || !validation.isValid(`/parts/${utility}/fields/carrier`))
    return;
  const carrier = form.parts[utility]?.fields?.carrier as string | undefined;
  const { district } = form.address;
  const provider = pickProvider(context.catalogue, {
    utility,
    district,
    carrier,
    date: context.registeredOn,
  });
  const pointer = `/utilities/${form.utilities.indexOf(utility)}`;
  if (!provider) return validation.add(pointer, fieldErrors.notServed(UTILITY_NAMES[utility])) as undefined;
  const date = promisedDate(part, context.catalogue.calendar, context.registeredOn);
  return { part, provider, promisedDate: date };
}
