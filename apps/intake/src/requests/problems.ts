import { InvalidForm, Problem, type FieldError } from '@lianban/service-kit';
import type { ValidationErrors } from '../validation/validation-errors.js';

export class NoIdempotencyKey extends Problem {
  constructor() {
    super('no-idempotency-key', 400, {
      'zh-CN': '请求头 Idempotency-Key 应为 16 至 128 个可见字符。',
      en: 'The header Idempotency-Key must have 16 to 128 visible characters.',
    });
  }
}

/** More registrations wait than can be answered in time. */
export class TooBusy extends Problem {
  constructor() {
    super(
      'too-busy',
      503,
      { 'zh-CN': '受理繁忙，请稍后再试。', en: 'Too many are registering right now; try again soon.' },
      { headers: { 'retry-after': '1' } },
    );
  }
}

export class IdempotencyKeyReused extends Problem {
  constructor() {
    super('idempotency-key-reused', 409, {
      'zh-CN': '该 Idempotency-Key 已用于其他内容。',
      en: 'This Idempotency-Key was used with another body.',
    });
  }
}

/** No provider covers a utility at this address; `errors` names it. */
export class NotServed extends Problem {
  constructor(errors: readonly FieldError[]) {
    super(
      'not-served',
      422,
      { 'zh-CN': '该地址有专业没有服务单位。', en: 'No provider covers a utility at this address.' },
      { errors },
    );
  }
}

export class VersionConflict extends Problem {
  constructor(version: number) {
    super(
      'version-conflict',
      409,
      {
        'zh-CN': '办件已被他人修改，请重新读取。',
        en: 'The request has changed since it was read; read it again.',
      },
      { members: { version } },
    );
  }
}

export class AlreadyEnded extends Problem {
  constructor() {
    super('already-ended', 409, {
      'zh-CN': '该办件（专业）已办结。',
      en: 'The request, or that part of it, has ended.',
    });
  }
}

export class CorrectionAlreadyAnswered extends Problem {
  constructor() {
    super('correction-already-answered', 409, {
      'zh-CN': '该补正已答复。',
      en: 'This correction has been answered already.',
    });
  }
}

export class CorrectionReplaced extends Problem {
  constructor(successor: string) {
    super(
      'correction-replaced',
      409,
      { 'zh-CN': '该补正已由新的补正代替。', en: 'Another correction has replaced this one.' },
      { members: { successor } },
    );
  }
}

export class CorrectionNotOpen extends Problem {
  constructor() {
    super('correction-not-open', 409, {
      'zh-CN': '该补正已不再需要。',
      en: 'This correction is not asked for any more.',
    });
  }
}

/** Its id fits this request, and the status that contains it may still arrive. */
export class CorrectionNotKnownYet extends Problem {
  constructor() {
    super(
      'correction-not-known-yet',
      503,
      {
        'zh-CN': '该补正尚未到达，请稍后再试。',
        en: 'This correction has not arrived yet; try again soon.',
      },
      { headers: { 'retry-after': '2' } },
    );
  }
}

export class CorrectionOverdue extends Problem {
  constructor() {
    super('correction-overdue', 409, {
      'zh-CN': '补正期限已过。',
      en: 'The time for answering this correction is over.',
    });
  }
}

/** @throws NotServed if that is the only kind of error, else InvalidForm */
export function throwIfInvalid(validation: ValidationErrors): void {
  const { errors } = validation;
  if (errors.length === 0) return;
  if (errors.every(({ code }) => code === 'not-served')) throw new NotServed(errors);
  throw new InvalidForm(errors);
}
