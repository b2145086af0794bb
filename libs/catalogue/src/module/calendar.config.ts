import { IsInt, Min } from 'class-validator';

export class CalendarConfig {
  /** Interval of looking for notices imported by other instances. */
  @IsInt() @Min(10) calendarCheckMs: number = 30_000;
}
