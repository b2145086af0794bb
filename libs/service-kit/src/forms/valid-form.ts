import { InvalidForm } from '../problems/problem.js';
import { readForm } from './read-form.js';

/** Reads a form that has no rules beyond its class. @throws InvalidForm with every error */
export function validForm<T extends object>(Form: new () => T, body: unknown): T {
  const { form, errors } = readForm(Form, body === undefined ? {} : body);
  if (errors.length > 0) throw new InvalidForm(errors);
  return form;
}
