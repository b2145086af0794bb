import { IsObject, IsString, Length } from 'class-validator';
import { SafeText } from '../validation/form.decorators.js';

/** What a clerk has typed so far. */
export class DraftForm {
  /** As for `POST /v1/requests`; may be wrong or unfinished. */
  @IsObject() draft!: Record<string, unknown>;
}

/** What a clerk looks for: a receipt number's beginning, a phone's last digits, or a name and, after a space, an address. */
export class SearchForm {
  @IsString() @Length(2, 60) q!: string;
}

/** Why a clerk needs to see numbers that are masked otherwise. */
export class DisclosureForm {
  @SafeText(200) reason!: string;
}
