import { ArrayNotEmpty, IsArray, IsInt, Matches, Max, Min } from 'class-validator';

const MONTH_DAY = '(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])';

/** One year of the State Council's notice: days off, and weekend days that are worked instead. */
export class CalendarYear {
  @IsInt() @Min(2000) @Max(2100) year!: number;
  /** `MM-DD` or `MM-DD..MM-DD`. */
  @IsArray()
  @ArrayNotEmpty()
  @Matches(new RegExp(`^${MONTH_DAY}(\\.\\.${MONTH_DAY})?$`), { each: true })
  off!: string[];
  @IsArray() @Matches(new RegExp(`^${MONTH_DAY}$`), { each: true }) makeUp!: string[];
}

export const isOff = ({ off }: CalendarYear, monthDay: string): boolean =>
  off.some((entry) => entry.slice(0, 5) <= monthDay && monthDay <= entry.slice(-5));
