import { ArrayNotEmpty, Matches } from 'class-validator';
import { NestedObject, NestedArray } from './constraints.js';
import { Text } from './text.js';

class Area {
  /** GB/T 2260, six digits. */
  @Matches(/^\d{6}$/) code!: string;
  @NestedObject(() => Text) name!: Text;
}

/** A city with its districts and counties. */
export class City extends Area {
  @ArrayNotEmpty() @NestedArray(() => Area) districts!: Area[];
}

export interface District extends Area {
  city: Area;
}
