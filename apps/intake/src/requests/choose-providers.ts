import {
  pickProvider,
  promisedDate,
  type Catalogue,
  type Matter,
  type Part,
  type Provider,
} from '@lianban/catalogue';
import type { ValidationErrors } from '../validation/validation-errors.js';
import { wrong } from '../validation/messages.js';
import { nameOfUtility } from './utility-names.js';
import type { RegisterRequestForm } from './requests.forms.js';

/** A utility of the request with who does it and by when. */
export interface ChosenPart {
  part: Part;
  provider: Provider;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  promisedDate: string;
}

export interface ValidationContext {
  catalogue: Catalogue;
  /** The day of registration, `YYYY-MM-DD` in Asia/Shanghai: the catalogue of that day holds. */
  registeredOn: string;
  today: string;
}

/** Who does each part and by when; what nobody does there is complained of. */
export function chooseProviders(
  form: RegisterRequestForm,
  matter: Matter,
  complaints: ValidationErrors,
  setting: ValidationContext,
): ChosenPart[] {
  const parts = form.utilities.flatMap((utility) => matter.parts.filter((part) => part.utility === utility));
  return parts.flatMap((part) => choose(form, part, complaints, setting) ?? []);
}

function choose(
  form: RegisterRequestForm,
  part: Part,
  complaints: ValidationErrors,
  setting: ValidationContext,
): ChosenPart | undefined {
  const { utility } = part;
  if (!complaints.isValid('/address/district') || !complaints.isValid(`/parts/${utility}/fields/carrier`))
    return;
  const carrier = form.parts[utility]?.fields?.carrier as string | undefined;
  const { district } = form.address;
  const provider = pickProvider(setting.catalogue, { utility, district, carrier, on: setting.registeredOn });
  const pointer = `/utilities/${form.utilities.indexOf(utility)}`;
  if (!provider) return complaints.add(pointer, wrong.notServed(nameOfUtility[utility])) as undefined;
  const date = promisedDate(part, setting.catalogue.calendar, setting.registeredOn);
  return { part, provider, promisedDate: date };
}
