import { NOT_CALLED } from './not-called.js';
import type { UtilityDriver } from './utility-driver.js';

/** The built-in dialect `feed`: the provider pulls its operations (`PullFeed`) and posts reports; docs/dialects/feed.md. */
export const feedDriver: UtilityDriver = { retrySafety: 'idempotency-key', pulls: true, ...NOT_CALLED };
