import { Injectable } from '@nestjs/common';
import { Catalogue, nameOfProvider, shanghaiDate } from '@lianban/catalogue';
import { Clock, type Caller, type Language } from '@lianban/service-kit';
import { checkRequest } from '../requests/check-request.js';
import { provisionalNote, type ReceiptPart } from '../requests/receipt.js';
import type { RegisterRequestForm } from '../requests/requests.forms.js';
import { FindDuplicates, type PossibleDuplicate } from './find-duplicates.js';

/** A mistake in a draft, in the words of a refusal. */
export interface DraftError {
  /** JSON pointer (RFC 6901) into the draft. */
  pointer: string;
  code: string;
  detail: string;
}

/** What would become of a draft if it were registered now. */
export interface CheckedDraft {
  errors: DraftError[];
  /** Who would do each part, by when; without those parts that cannot be decided yet. */
  parts: ReceiptPart[];
  /** Open requests of the same person or for the same address, the newest first, at most five. */
  duplicates: PossibleDuplicate[];
}

/** Judges a draft while it is typed, and stores nothing. */
@Injectable()
export class CheckDraft {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
    private readonly findDuplicates: FindDuplicates,
  ) {}

  async execute({ hall }: Caller, body: unknown, language: Language): Promise<CheckedDraft> {
    const today = shanghaiDate(this.clock.now());
    const context = { catalogue: this.catalogue, registeredOn: today, today };
    const { form, parts, validation } = checkRequest(body, context);
    const isValid = (pointer: string) => validation.isValid(pointer);
    return {
      errors: validation.errors.map(({ pointer, code, text }) => ({ pointer, code, detail: text[language] })),
      parts: parts.map(({ part, provider, promisedDate }) => ({
        utility: part.utility,
        provider: { id: provider.id, name: nameOfProvider(provider.id, this.catalogue)[language] },
        promisedDate,
        ...provisionalNote(promisedDate, language, this.catalogue),
      })),
      duplicates: await this.findDuplicates.execute(hall!, comparable(form, isValid), language),
    };
  }
}

/** What of a draft is right, and may be compared. */
const comparable = (
  { applicant, address }: Partial<RegisterRequestForm>,
  isValid: (pointer: string) => boolean,
) => ({
  documentNumber: isValid('/applicant/documentNumber') ? applicant?.documentNumber : undefined,
  district: isValid('/address/district') ? address?.district : undefined,
  text: isValid('/address/text') ? address?.text : undefined,
});
