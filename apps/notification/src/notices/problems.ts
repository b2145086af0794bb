import { Problem } from '@lianban/service-kit';

/** Only a notice that failed and still holds true is tried again. */
export class NoticeNotRetriable extends Problem {
  constructor() {
    super('notice-not-retriable', 409, {
      'zh-CN': '只有发送失败且仍有效的通知可以重发。',
      en: 'Only a notice that failed and still holds true can be tried again.',
    });
  }
}
