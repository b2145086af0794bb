/** One step of a JSON pointer (RFC 6901). */
export const pointerStep = (key: string) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
