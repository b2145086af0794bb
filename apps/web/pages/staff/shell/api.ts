import { client } from '../../api/client.gen.js';
import { language } from './language.js';
import { accessToken, renew } from './session.js';

/** An answer other than success, in the words of the API (RFC 9457). */
export interface Problem {
  code: string;
  status: number;
  title: string;
  detail?: string;
  errors?: { pointer: string; code: string; detail: string }[];
  [member: string]: unknown;
}

/** No answer came: the network or the service is away. */
export class Unreachable extends Error {}

const withToken = (request: Request): Request => {
  const headers = new Headers(request.headers);
  headers.set('authorization', `Bearer ${accessToken()}`);
  return new Request(request, { headers });
};

/** Sends a request; once more with a new token where the one sent has expired. */
async function send(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const again = request.clone();
  const answer = await fetch(withToken(request)).catch((error: unknown) => {
    if (request.signal.aborted) throw error;
    throw new Unreachable();
  });
  if (answer.status !== 401) return answer;
  await renew();
  return fetch(withToken(again)).catch(() => {
    throw new Unreachable();
  });
}

client.setConfig({
  baseUrl: '',
  fetch: send,
  headers: { 'accept-language': language },
  throwOnError: true,
});

export const isProblem = (error: unknown): error is Problem =>
  typeof error === 'object' && error !== null && 'code' in error && 'status' in error;

/** May the same call succeed later? */
export const isTransient = (error: unknown): boolean =>
  !isProblem(error) || error.status >= 500 || error.status === 429;

/** What an answer has, where every other answer is thrown. */
export const dataOf = async <T>(answer: Promise<{ data?: T }>): Promise<T> => (await answer).data as T;
