import { IsInt, Min } from 'class-validator';

export class RoutingConfig {
  /** How often deadlines are checked, milliseconds. */
  @IsInt() @Min(10) deadlineCheckMs: number = 30_000;
}
