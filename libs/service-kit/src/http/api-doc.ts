import { SetMetadata } from '@nestjs/common';
import type { Problem } from '../problems/problem.js';

type Form = new () => object;

/** A header that a route reads. */
export interface ReadHeader {
  required?: boolean;
  pattern?: string;
  description: string;
}

/** What Nest does not know about a route. Only the API document uses it. */
export interface ApiDescription {
  /** The class that the body is validated with. */
  body?: Form;
  /** If the body is not JSON but a browser's form; its refusals may then be pages as its answer is. */
  bodyType?: string;
  /** The body may have more members and longer texts than the class allows. */
  isTolerant?: boolean;
  /** The class that the query is validated with. */
  query?: Form;
  /** By name, in lower case. */
  headers?: Record<string, ReadHeader>;
  /** Refusals beyond those of every route of its kind. */
  refuses?: readonly (new (...args: never[]) => Problem)[];
  /** Further successful statuses with the same answer. */
  alsoAnswers?: readonly number[];
  /** If the answer is not JSON. */
  contentType?: string;
  /** The method of the same class whose answer is streamed as server-sent events `status`. */
  streams?: string;
  /** Headers of the answer, each with a description. */
  answers?: Record<string, string>;
  /** The route never fails with `DatabaseUnavailable`. */
  needsNoDatabase?: boolean;
}

export const API_DOC_KEY = Symbol('API description');

/** Describes a route, or every route of a controller. */
export const ApiDoc = (description: ApiDescription) => SetMetadata(API_DOC_KEY, description);
