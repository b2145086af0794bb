import { IsIn, IsOptional, IsString, MaxLength, ValidateBy } from 'class-validator';
import { receiptsBeginning } from '@lianban/contracts';
import { ORDERS, type Order } from './cursor.js';

export const SHOWN = ['open', 'ended', 'all'] as const;

const isBeginning = (q: unknown) =>
  receiptsBeginning(String(q)).every((beginning) => /^[A-Z0-9-]+$/.test(beginning));

const IsBeginning = () => ValidateBy({ name: 'matches', validator: { validate: isBeginning } });

/** How a clerk wants the list of his hall. */
export class BoardForm {
  /** The last registered first, or who has to act soonest. */
  @IsIn(ORDERS) order: Order = 'newest';
  @IsIn(SHOWN) phase: (typeof SHOWN)[number] = 'all';
  /** Where the page before ended: its `next`. */
  @IsOptional() @IsString() @MaxLength(200) after?: string;
  /** How the receipt number begins, as people write it. */
  @IsOptional() @IsString() @MaxLength(60) @IsBeginning() q?: string;
}
