import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsDateString,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Min,
  ValidateIf,
  ValidateNested,
  validateSync,
} from 'class-validator';
import fc from 'fast-check';
import { plainToInstance } from 'class-transformer';
import { hydrate } from './hydrate.js';
import { isValid } from './is-valid.js';

class Leaf {
  @IsString() code!: string;
  @IsOptional() @Matches(/^a/) proof?: string;
}

class Tree extends Leaf {
  @IsUUID() id!: string;
  @IsInt() @Min(1) version!: number;
  @IsIn(['a', 'b'], { each: true }) @ArrayUnique() @ArrayMaxSize(2) letters!: string[];
  @IsObject() free!: object;
  @IsDateString() at!: string;
  @ValidateIf(({ version }: Tree) => version > 2) @IsString() late?: string;
  @IsOptional() @ValidateNested() @Type(() => Leaf) leaf?: Leaf;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Leaf) leaves!: Leaf[];
}

const SOUND = {
  ...{
    code: 'c',
    id: '3f0c1f9e-8f2b-4d7e-9f63-0a1b2c3d4e5f',
    version: 3,
    letters: ['a'],
    free: {},
    late: 'x',
  },
  ...{ at: '2026-01-01T00:00:00.000Z', leaf: { code: 'd', proof: 'ab' }, leaves: [{ code: 'e' }] },
};

/** What class-transformer drops, because every object seems to have it. */
const INHERITED = new RegExp(`"(${Object.getOwnPropertyNames(Object.prototype).join('|')})"`);

const anything = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    '',
    'a',
    'b',
    0,
    1,
    3,
    true,
    {},
    [],
    [[]],
    [null],
    ['a', 'a'],
    { code: 1 },
    [{}],
  ),
  fc.jsonValue().filter((value) => !INHERITED.test(JSON.stringify(value))),
);
const wrong = fc.dictionary(fc.constantFrom(...Object.keys(SOUND), 'other'), anything, { maxKeys: 3 });

describe('isValid', () => {
  it('takes what is in order', () => {
    expect(isValid(hydrate(Tree, SOUND))).toBe(true);
  });

  it.each([{ whitelist: false }, { whitelist: true, forbidNonWhitelisted: true }])(
    'takes nothing that class-validator refuses, and all that it takes, with %j',
    (options) => {
      fc.assert(
        fc.property(wrong, (changes) => {
          const instance = hydrate(Tree, { ...SOUND, ...changes });
          expect(isValid(instance, options)).toBe(validateSync(instance, options).length === 0);
        }),
        { numRuns: 2_000 },
      );
    },
  );
});

describe('hydrate', () => {
  it('makes of parsed JSON what class-transformer makes of it', () => {
    fc.assert(
      fc.property(wrong, (changes) => {
        const body = JSON.parse(JSON.stringify({ ...SOUND, ...changes })) as object;
        const made = hydrate(Tree, body);
        const expected = plainToInstance(Tree, body);
        expect(validateSync(made)).toEqual(validateSync(expected));
        expect(JSON.stringify(made)).toBe(JSON.stringify(expected));
      }),
      { numRuns: 2_000 },
    );
  });
});
