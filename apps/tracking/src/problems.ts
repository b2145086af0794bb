import { Problem } from '@lianban/service-kit';

export class TooManyStreams extends Problem {
  constructor() {
    super(
      'too-many-streams',
      429,
      {
        'zh-CN': '实时连接过多，请稍后再试，或直接查询状态。',
        en: 'Too many live streams are open; try later, or read the status instead.',
      },
      { headers: { 'retry-after': '30' } },
    );
  }
}

export class BadCursor extends Problem {
  constructor() {
    super('bad-cursor', 400, {
      'zh-CN': '翻页位置无效，请从第一页重新查看。',
      en: 'This cursor does not belong to this list; start from the first page.',
    });
  }
}

export class RebuildRunning extends Problem {
  constructor() {
    super('rebuild-running', 409, { 'zh-CN': '重建正在进行。', en: 'A rebuild is running already.' });
  }
}
