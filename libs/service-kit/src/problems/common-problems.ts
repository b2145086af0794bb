import { Problem } from './problem.js';

/** It does not exist, or the caller may not see it. */
export class NotFound extends Problem {
  constructor() {
    super('not-found', 404, { 'zh-CN': '没有找到。', en: 'Not found.' });
  }
}

export class NoToken extends Problem {
  constructor() {
    super(
      'no-token',
      401,
      { 'zh-CN': '请先登录。', en: 'A bearer token is needed.' },
      { headers: { 'www-authenticate': 'Bearer' } },
    );
  }
}

export class InvalidToken extends Problem {
  constructor() {
    super(
      'invalid-token',
      401,
      { 'zh-CN': '登录已失效，请重新登录。', en: 'The token is not valid here.' },
      { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
    );
  }
}

export class WrongRole extends Problem {
  constructor() {
    super('wrong-role', 403, { 'zh-CN': '您的岗位无权办理此事。', en: 'Your role may not do this.' });
  }
}

/** The issuer's keys cannot be fetched, so no token can be verified. */
export class IssuerUnreachable extends Problem {
  constructor() {
    super(
      'issuer-unreachable',
      503,
      {
        'zh-CN': '登录服务暂时不可用，请稍后再试。',
        en: 'The sign-in service cannot be reached; try again soon.',
      },
      { headers: { 'retry-after': '5' } },
    );
  }
}

/** The database is unreachable or too busy; whether anything was done may be unknown. */
export class DatabaseUnavailable extends Problem {
  constructor() {
    super(
      'database-unavailable',
      503,
      { 'zh-CN': '系统繁忙，请稍后再试。', en: 'The service cannot reach its database; try again soon.' },
      { headers: { 'retry-after': '2' } },
    );
  }
}

export class ShuttingDown extends Problem {
  constructor() {
    super(
      'shutting-down',
      503,
      { 'zh-CN': '服务正在重启，请稍后再试。', en: 'The service is going down; try again soon.' },
      { headers: { 'retry-after': '5', connection: 'close' } },
    );
  }
}

export class BodyTooLarge extends Problem {
  constructor() {
    super('body-too-large', 413, { 'zh-CN': '提交的内容过大。', en: 'The body is too large.' });
  }
}

export class WrongContentType extends Problem {
  constructor() {
    super('wrong-content-type', 415, { 'zh-CN': '请以 JSON 提交。', en: 'The body must be JSON.' });
  }
}

export class MalformedJson extends Problem {
  constructor() {
    super('malformed-json', 400, { 'zh-CN': '提交的 JSON 无法读取。', en: 'The body is not readable JSON.' });
  }
}

export class JsonTooDeep extends Problem {
  constructor() {
    super('json-too-deep', 400, { 'zh-CN': '提交的 JSON 层次过深。', en: 'The JSON is nested too deeply.' });
  }
}

/** Keys such as `__proto__`. */
export class ForbiddenKey extends Problem {
  constructor() {
    super('forbidden-key', 400, {
      'zh-CN': '提交的 JSON 含有不允许的键名。',
      en: 'The JSON has a key that is not allowed.',
    });
  }
}

/** NUL or an unpaired surrogate, which PostgreSQL cannot store. */
export class ForbiddenCharacter extends Problem {
  constructor() {
    super('forbidden-character', 400, {
      'zh-CN': '内容含有不允许的字符。',
      en: 'There is a character that is not allowed.',
    });
  }
}

export class MalformedRequest extends Problem {
  constructor(status = 400) {
    super('malformed-request', status, { 'zh-CN': '请求无法读取。', en: 'The request cannot be read.' });
  }
}

/** The address exists but does not support this method. */
export class MethodNotAllowed extends Problem {
  constructor(allowed: readonly string[]) {
    super(
      'method-not-allowed',
      405,
      { 'zh-CN': '此地址不接受该请求方法。', en: 'This address does not support that method.' },
      { headers: { allow: allowed.join(', ') } },
    );
  }
}

export class Internal extends Problem {
  constructor() {
    super('internal', 500, {
      'zh-CN': '系统出错，请稍后再试。',
      en: 'Something went wrong here; try again later.',
    });
  }
}
