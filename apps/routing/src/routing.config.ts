import { IsInt, Min } from 'class-validator';

export class RoutingConfig {
  /** How often the clocks are looked at, milliseconds. */
  @IsInt() @Min(10) clockInterval: number = 30_000;
}
