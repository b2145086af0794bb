import { InvalidForm, type FieldError } from '@lianban/service-kit';
import type { Complaint } from './messages.js';

/** Gathers everything that is wrong with a form before anything is said. */
export class ValidationErrors {
  constructor(readonly errors: FieldError[] = []) {}

  add(pointer: string, complaint: Complaint): void {
    this.errors.push({ pointer, ...complaint });
  }

  /** Is nothing wrong there, above it or below it? What is unsound is not looked at a second time. */
  isValid(pointer: string): boolean {
    return !this.errors.some((error) => isWithin(pointer, error.pointer) || isWithin(error.pointer, pointer));
  }

  /** @throws InvalidForm */
  throwIfAny(): void {
    if (this.errors.length > 0) throw new InvalidForm(this.errors);
  }
}

const isWithin = (pointer: string, above: string) => pointer === above || pointer.startsWith(`${above}/`);
