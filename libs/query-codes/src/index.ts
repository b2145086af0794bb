export { AdmitByCode } from './admit-by-code.js';
export type { CodeHolder } from './admit-by-code.js';
export { clientAddress, isAmong, networkOf } from './client-address.js';
export { CreateFailedQueryCode1790000040000 } from './create-failed-query-code.js';
export { QueryCodeLimits } from './query-code-limits.config.js';
export { QueryCodeRateLimiter } from './query-code-rate-limiter.js';
export { isRightCode, readQueryCode, textOfHeader } from './read-query-code.js';
export { TooManyGuesses } from './too-many-guesses.js';
