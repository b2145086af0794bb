import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { readTolerantly } from './read-tolerantly.js';

class Below {
  @IsArray() @ArrayMaxSize(2) @IsString({ each: true }) @MaxLength(3, { each: true }) items!: string[];
}

class Sent {
  @IsInt() count!: number;
  @IsOptional() @IsString() @MaxLength(4) text?: string;
  @IsOptional() @ValidateNested() @Type(() => Below) below?: Below;
}

describe('what another system sent', () => {
  it('is read without what the form does not name, at every depth', () => {
    const sent = { count: 1, colour: 'red', below: { items: ['a'], more: {} } };
    expect(readTolerantly(Sent, sent)).toEqual({ form: { count: 1, below: { items: ['a'] } }, errors: [] });
  });

  it('is cut where a text or a list is too long, and never inside a character', () => {
    const sent = { count: 1, text: 'abc😀', below: { items: ['12345', '2', '3'] } };
    expect(readTolerantly(Sent, sent)).toEqual({
      form: { count: 1, text: 'abc', below: { items: ['123', '2'] } },
      errors: [],
    });
  });

  it('may contain null for absent fields', () => {
    expect(readTolerantly(Sent, { count: 1, text: null, below: null }).form).toEqual({ count: 1 });
  });

  it.each([
    [{ count: 'one' }, '/count'],
    [{ text: 'x' }, '/count'],
    [{ count: 1, text: 5 }, '/text'],
    [{ count: 1, below: [] }, '/below'],
  ])('is refused as any form where it is %p', (sent, pointer) => {
    expect(readTolerantly(Sent, sent).errors.map((error) => error.pointer)).toEqual([pointer]);
  });

  it.each([null, 'text', [], 5])('is no form where it is %p', (sent) => {
    expect(readTolerantly(Sent, sent).errors).not.toEqual([]);
  });
});
