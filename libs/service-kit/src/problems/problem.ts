export type Language = 'zh-CN' | 'en';
export type Text = Record<Language, string>;

export interface FieldError {
  /** JSON pointer (RFC 6901) into what was sent. */
  pointer: string;
  code: string;
  text: Text;
}

export interface ProblemExtra {
  errors?: readonly FieldError[];
  headers?: Record<string, string>;
  /** Further members of the answer. */
  members?: Record<string, unknown>;
}

/**
 * A refusal. Each has a subclass named after what happened, a stable code, an HTTP status and a sentence in both languages
 * without personal data.
 */
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly text: Text,
    readonly extra: ProblemExtra = {},
  ) {
    super(code);
    this.name = new.target.name;
  }
}

/** A form with all its errors. */
export class InvalidForm extends Problem {
  constructor(readonly errors: readonly FieldError[]) {
    super(
      'invalid-form',
      422,
      { 'zh-CN': '填写的内容有误，请逐项修改。', en: 'The form has mistakes; see each field.' },
      { errors },
    );
  }
}
