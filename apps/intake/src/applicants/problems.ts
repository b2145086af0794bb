import { Problem } from '@lianban/service-kit';

/** From one address more query codes were asked for than one household loses. */
export class TooManyLostCodes extends Problem {
  constructor(seconds: number) {
    super(
      'too-many-lost-codes',
      429,
      {
        'zh-CN': '请求补发查询码的次数过多，请稍后再试，或到受理大厅补领。',
        en: 'Query codes were asked for too often from here; try again later, or ask at the service hall.',
      },
      { headers: { 'retry-after': String(seconds) } },
    );
  }
}
