import { InvalidForm, type ErrorMessage, type FieldError } from '@lianban/service-kit';

/** Collects every error of a form. */
export class ValidationErrors {
  constructor(readonly errors: FieldError[] = []) {}

  add(pointer: string, message: ErrorMessage): void {
    this.errors.push({ pointer, ...message });
  }

  /** Is there no error at, above or below the pointer? */
  isValid(pointer: string): boolean {
    return !this.errors.some((error) => isWithin(pointer, error.pointer) || isWithin(error.pointer, pointer));
  }

  /** @throws InvalidForm */
  throwIfAny(): void {
    if (this.errors.length > 0) throw new InvalidForm(this.errors);
  }
}

const isWithin = (pointer: string, above: string) => pointer === above || pointer.startsWith(`${above}/`);
