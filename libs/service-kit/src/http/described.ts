import { SetMetadata } from '@nestjs/common';
import type { Problem } from '../problems/problem.js';

type Form = new () => object;

/** A header that a route reads. */
export interface ReadHeader {
  required?: boolean;
  pattern?: string;
  description: string;
}

/** What Nest does not know of a route, for the API document alone; nothing of it is read while a service runs. */
export interface Description {
  /** The class that the body is validated with. */
  body?: Form;
  /** The body is read tolerantly: more members and longer texts than the class names are no mistake. */
  isTolerant?: boolean;
  /** The class that the query is validated with. */
  query?: Form;
  /** By name, in lower case. */
  headers?: Record<string, ReadHeader>;
  /** What may refuse it, beside what every route of its kind may be refused for. */
  refuses?: readonly (new (...args: never[]) => Problem)[];
  /** Statuses that are no refusals, with the same answer, beside the one that Nest gives. */
  alsoAnswers?: readonly number[];
  /** Where the answer is no JSON. */
  contentType?: string;
  /** The method beside it whose answer is sent again and again, as server-sent events `status`. */
  streams?: string;
  /** Headers of the answer, each with what it says. */
  answers?: Record<string, string>;
  /** It reads no database, so it is never refused for one that is away. */
  asksNobody?: boolean;
}

export const API_DOC_KEY = Symbol('DESCRIPTION');

/** Describes a route, or adds to every route of a controller. */
export const ApiDoc = (description: Description) => SetMetadata(API_DOC_KEY, description);
