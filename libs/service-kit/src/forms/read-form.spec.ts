import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  ValidateNested,
} from 'class-validator';
import { readForm } from './read-form.js';

const noSuchMatter = {
  code: 'unknown-matter',
  text: { 'zh-CN': '没有此事项。', en: 'There is no such matter.' },
};

class PartForm {
  @IsIn(['water', 'gas'])
  utility!: string;

  @IsOptional()
  @IsInt()
  @Max(10)
  'heated/area~m2'?: number;
}

class RequestForm {
  @IsString()
  @Length(2, 20)
  name!: string;

  @Matches(/^[A-Z_]+$/, { context: noSuchMatter })
  matter!: string;

  @IsOptional()
  @IsIn(['paper', 'sms'], { each: true })
  channels?: string[];

  @IsOptional()
  @ValidateNested()
  @Type(() => PartForm)
  main?: PartForm;

  @IsArray()
  @ArrayMaxSize(5)
  @ValidateNested({ each: true })
  @Type(() => PartForm)
  parts!: PartForm[];
}

const good = { name: '张三', matter: 'JOINT_NEW', parts: [{ utility: 'water' }] };
const wrongIn = (body: unknown) =>
  readForm(RequestForm, body).errors.map(({ pointer, code }) => `${pointer} ${code}`);

describe('readForm', () => {
  it('makes the form with its parts, and finds nothing wrong with a good one', () => {
    const { form, errors } = readForm(RequestForm, good);
    expect(errors).toEqual([]);
    expect(form.parts[0]).toBeInstanceOf(PartForm);
  });

  it('finds everything wrong at once', () => {
    expect(
      wrongIn({ name: 7, parts: [{ utility: 'coal' }, { utility: 'gas', pipe: 1 }], extra: {} }),
    ).toEqual([
      '/extra unknown-field',
      '/name not-a-string',
      '/matter missing',
      '/parts/0/utility not-a-choice',
      '/parts/1/pipe unknown-field',
    ]);
  });

  it('uses JSON pointers as in RFC 6901', () => {
    const part = { utility: 'gas', 'heated/area~m2': 11 };
    expect(wrongIn({ ...good, parts: [part] })).toEqual(['/parts/0/heated~1area~0m2 too-large']);
  });

  it('names the limits in both languages', () => {
    const { errors } = readForm(RequestForm, { ...good, name: '张', parts: [{ utility: 'coal' }] });
    expect(errors.map(({ text }) => text)).toEqual([
      { 'zh-CN': '此项长度应在 2–20 之间。', en: 'This must be 2–20 characters long.' },
      { 'zh-CN': '此项只能是：water, gas。', en: 'This must be one of: water, gas.' },
    ]);
  });

  it("uses a constraint's own message if it has one", () => {
    const { errors } = readForm(RequestForm, { ...good, matter: 'joint' });
    expect(errors).toEqual([{ pointer: '/matter', ...noSuchMatter }]);
  });

  it.each([null, undefined, 7, 'text', [], [good]])('takes %j for no form', (body) => {
    expect(wrongIn(body)).toEqual([' not-an-object']);
  });

  it.each([7, 'water', { 0: { utility: 'water' } }])('takes %j for no list', (thing) => {
    expect(wrongIn({ ...good, parts: thing })).toEqual(['/parts not-an-array']);
    expect(wrongIn({ ...good, channels: thing })).toEqual(['/channels not-an-array']);
  });

  it.each([7, 'water', [], [{ utility: 'water' }]])('takes %j for no part', (thing) => {
    expect(wrongIn({ ...good, parts: [thing] })).toEqual(['/parts/0 not-an-object']);
    expect(wrongIn({ ...good, main: thing })).toEqual(['/main not-an-object']);
  });

  it('takes null for nothing, and for no part', () => {
    expect(wrongIn({ ...good, parts: null, main: null, channels: null })).toEqual(['/parts missing']);
    expect(wrongIn({ ...good, parts: [null] })).toEqual(['/parts/0 not-an-object']);
  });

  it('reports a hundred mistakes at most', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`x${String(index)}`, 1]));
    expect(wrongIn({ ...good, ...many })).toHaveLength(100);
  });
});
