import { WORDS, type Language, type ReceiptKey } from '@lianban/status-page';
import { client } from '../api/client.gen.js';
import { answerApplicants, correctionApplicants, lostCodeApplicants, statusTrack } from '../api/sdk.gen.js';
import type { AnswerForm, CorrectionToAnswer, RequestStatus } from '../api/types.gen.js';
import { PAGE_WORDS } from './words.js';

client.setConfig({ baseUrl: '' });

/** What was not done, in words for the applicant; `unreachable` where no answer came at all. */
export interface Failure {
  kind: 'unreachable' | 'not-found' | 'wait' | 'refused';
  text: string;
  /** Of a form: what is wrong with which member. */
  errors: readonly { pointer: string; detail: string }[];
  /** Seconds to wait before the next try. */
  retryAfter?: number;
}

export type Result<T> = { data: T } | { failure: Failure };

interface Problem {
  code?: string;
  detail?: string;
  errors?: { pointer: string; detail: string }[];
}

type Answered<T> = Promise<{ data?: T; error?: unknown; response?: Response }>;

const headersOf = ({ queryCode }: ReceiptKey, language: Language) => ({
  'x-query-code': encodeHeader(queryCode),
  'accept-language': language,
});

/** A header holds bytes: what was typed in full width travels as UTF-8. */
const encodeHeader = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text.trim()));

export function readStatus(
  receipt: ReceiptKey,
  language: Language,
  signal: AbortSignal,
): Promise<Result<RequestStatus>> {
  const path = { receipt: receipt.receiptNumber.trim() };
  return resultOf(statusTrack({ path, headers: headersOf(receipt, language), signal }), language);
}

export function readCorrection(
  receipt: ReceiptKey,
  id: string,
  language: Language,
): Promise<Result<CorrectionToAnswer>> {
  const path = { receipt: receipt.receiptNumber, id };
  return resultOf(correctionApplicants({ path, headers: headersOf(receipt, language) }), language);
}

export function sendAnswer(
  receipt: ReceiptKey,
  id: string,
  body: AnswerForm,
  language: Language,
): Promise<Result<{ open: string[] }>> {
  const path = { receipt: receipt.receiptNumber, id };
  return resultOf(answerApplicants({ path, body, headers: headersOf(receipt, language) }), language);
}

export function askForLostCode(receiptNumber: string, language: Language): Promise<Result<{ text: string }>> {
  const headers = { 'accept-language': language };
  return resultOf(lostCodeApplicants({ body: { receiptNumber }, headers }), language);
}

export const streamHeaders = headersOf;

async function resultOf<T>(answered: Answered<T>, language: Language): Promise<Result<T>> {
  const { data, error, response } = await answered.catch(() => ({
    data: undefined,
    error: undefined,
    response: undefined,
  }));
  if (response?.ok && data !== undefined) return { data };
  return { failure: failureOf((error ?? {}) as Problem, response, language) };
}

function failureOf(problem: Problem, response: Response | undefined, language: Language): Failure {
  const { unreachable, refused } = PAGE_WORDS[language];
  const { detail, code, errors = [] } = problem;
  if (!response) return { kind: 'unreachable', text: unreachable, errors };
  const retryAfter = Number(response.headers.get('retry-after')) || undefined;
  if (code === 'not-found') return { kind: 'not-found', text: WORDS[language].lookUp.notFound, errors };
  if (response.status === 429 || response.status >= 500)
    return { kind: 'wait', text: detail ?? unreachable, errors, retryAfter };
  return { kind: 'refused', text: detail ?? refused, errors };
}
