import { UTILITIES, type Utility } from '@lianban/contracts';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsOptional, Matches } from 'class-validator';
import { NestedObject, NestedArray } from './constraints.js';
import { Text } from './text.js';

class Area {
  /** GB/T 2260, six digits. */
  @Matches(/^\d{6}$/) code!: string;
  @NestedObject(() => Text) name!: Text;
  /** Syllables of the Chinese name without tones, with spaces: what a clerk may type to find it. */
  @IsOptional() @Matches(/^[a-z]+( [a-z]+)*$/) pinyin?: string;
  /** What can be asked for there; a district without it takes its city's, a city without it all. */
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(UTILITIES, { each: true })
  utilities?: Utility[];
}

/** A city with its districts and counties. */
export class City extends Area {
  @ArrayNotEmpty() @NestedArray(() => Area) districts!: Area[];
}

export interface District extends Area {
  city: Area;
  utilities: Utility[];
}

export const districtsOf = ({ districts, ...city }: City): District[] =>
  districts.map((district) => ({
    ...district,
    city,
    utilities: district.utilities ?? city.utilities ?? [...UTILITIES],
  }));
