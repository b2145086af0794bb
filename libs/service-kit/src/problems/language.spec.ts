import { languageOf } from './language.js';

describe('languageOf', () => {
  it.each([
    [undefined, 'zh-CN'],
    ['', 'zh-CN'],
    ['fr', 'zh-CN'],
    ['*', 'zh-CN'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['fr, en;q=0.5', 'en'],
    ['zh;q=0.3, en;q=0.5', 'en'],
    ['en;q=0', 'zh-CN'],
    ['english', 'zh-CN'],
  ])('answers %p in %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});
