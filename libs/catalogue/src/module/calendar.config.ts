import { IsInt, IsOptional, IsString, Min } from 'class-validator';

export class CatalogueConfig {
  /** A folder with another catalogue than the one shipped. */
  @IsOptional() @IsString() catalogueFolder?: string;
}

export class CalendarConfig {
  /** Interval of looking for notices imported by other instances. */
  @IsInt() @Min(10) calendarCheckMs: number = 30_000;
}
