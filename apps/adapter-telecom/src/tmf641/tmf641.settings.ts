import { IsArray, IsObject, IsString, Matches } from 'class-validator';

/** What carriers do differently, in the `settings` of a provider's row. */
export class Tmf641Settings {
  /** What follows its endpoint. */
  @Matches(/^(\/[\w.-]+)*$/) basePath: string = '/tmf-api/serviceOrdering/v4';
  /** The events it is asked for; none: all. */
  @IsArray() @IsString({ each: true }) eventTypes: string[] = [];
  /** Its codes of refusals and obstacles, in those of the catalogue. */
  @IsObject() reasons: Record<string, string> = {};
}
