import { IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { ORDERS, type Order } from './cursor.js';

export const SHOWN = ['open', 'ended', 'all'] as const;

/** How a clerk wants the list of his hall. */
export class BoardForm {
  /** The last registered first, or who has to act soonest. */
  @IsIn(ORDERS) order: Order = 'newest';
  @IsIn(SHOWN) phase: (typeof SHOWN)[number] = 'all';
  /** Where the page before ended: its `next`. */
  @IsOptional() @IsString() @MaxLength(200) after?: string;
  /** How the receipt number begins, as people write it. */
  @IsOptional() @IsString() @Length(1, 60) q?: string;
}
