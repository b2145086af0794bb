import { QueryFailedError } from 'typeorm';
import { describeError } from './describe-error.js';

const refusedBy = (code: string) =>
  new QueryFailedError(
    'insert into request values ($1)',
    ['张三'],
    Object.assign(new Error('duplicate key 张三'), { code, detail: 'Key (name)=(张三)', table: 'request' }),
  );

describe('describeError', () => {
  it.each(['23505', '22P02'])('leaves out what a query held when the database refuses it with %s', (code) => {
    const description = describeError(refusedBy(code));
    expect(JSON.stringify(description)).not.toContain('张三');
    expect(description).toMatchObject({ code, message: `the database refused a value (${code}, request)` });
  });

  it('leaves out the text that is not JSON', () => {
    let thrown: unknown;
    try {
      JSON.parse('{"name":张三}');
    } catch (error) {
      thrown = error;
    }
    expect(JSON.stringify(describeError(thrown))).not.toContain('张三');
  });

  it('does not repeat what was thrown where it is no error', () => {
    expect(describeError('张三')).toEqual({ type: 'string', message: 'not an error was thrown' });
  });
});
