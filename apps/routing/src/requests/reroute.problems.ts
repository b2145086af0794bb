import { Problem } from '@lianban/service-kit';

export class JobEnded extends Problem {
  constructor() {
    super('already-ended', 409, { 'zh-CN': '该子办件已办结。', en: 'This job has already ended.' });
  }
}

export const WRONG_PROVIDER = {
  pointer: '/provider',
  code: 'wrong-provider',
  text: {
    'zh-CN': '该单位不办理此专业，或正是现承办单位。',
    en: 'This provider does not do this utility, or has the job already.',
  },
};

export const UNKNOWN_REASON = {
  pointer: '/reason',
  code: 'unknown-reason',
  text: { 'zh-CN': '没有这个原因代码。', en: 'The catalogue has no such reason.' },
};
