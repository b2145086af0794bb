export { TestIssuer } from './test-issuer.js';
export type { TokenWishes } from './test-issuer.js';
export * from './engines.js';
export * from './eventually.js';
export * from './tcp-proxy.js';
export * from './conformance/keeper.js';
export * from './a-registration.js';
export * from './conformance/delivery-world.js';
export * from './conformance/forked.js';
