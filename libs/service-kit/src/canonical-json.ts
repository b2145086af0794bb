import canonicalize from 'canonicalize';

/** JSON with sorted keys (RFC 8785), so that equal values have equal texts; `undefined` is left out. */
export const canonicalJson = (value: unknown): string => canonicalize(value) ?? 'null';
