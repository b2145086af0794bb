import { IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { ORDERS, type Order } from './cursor.js';

export const SHOWN = ['open', 'ended', 'all'] as const;

export class BoardForm {
  /** `newest`: last registered first; `urgent`: earliest deadline first. */
  @IsIn(ORDERS) order: Order = 'newest';
  @IsIn(SHOWN) phase: (typeof SHOWN)[number] = 'all';
  /** The `next` of the previous page. */
  @IsOptional() @IsString() @MaxLength(200) after?: string;
  /** The beginning of a receipt number, as people write it. */
  @IsOptional() @IsString() @Length(1, 60) q?: string;
}
