export { TestIssuer } from './test-issuer.js';
export type { TokenWishes } from './test-issuer.js';
