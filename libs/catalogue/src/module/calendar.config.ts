import { IsInt, Min } from 'class-validator';

export class CalendarConfig {
  /** How often a notice that another instance has imported is looked for, milliseconds. */
  @IsInt() @Min(10) calendarCheckMs: number = 30_000;
}
