import { Problem } from '@lianban/service-kit';

export class TooManyGuesses extends Problem {
  constructor(seconds: number) {
    super(
      'too-many-guesses',
      429,
      {
        'zh-CN': '查询码输错次数过多，请稍后再试。',
        en: 'Too many wrong query codes; try again later.',
      },
      { headers: { 'retry-after': String(seconds) } },
    );
  }
}
