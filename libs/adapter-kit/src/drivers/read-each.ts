import { readTolerantly } from '@lianban/service-kit';

/** Reads each value of a page by itself: one that cannot be read does not keep the others out, and is named for an operator. */
export function readEach<T extends object>(
  Form: new () => T,
  values: readonly unknown[],
  nameOf: (form: Partial<T>) => string,
): { forms: T[]; unreadable: string[] } {
  const read = values.map((each) => readTolerantly(Form, each));
  return {
    forms: read.filter(({ errors }) => errors.length === 0).map(({ form }) => form),
    unreadable: read
      .filter(({ errors }) => errors.length > 0)
      .map(
        ({ form, errors }) =>
          `${nameOf(form)}: ${errors.map(({ pointer, text }) => `${pointer} ${text.en}`).join(' ')}`,
      ),
  };
}
