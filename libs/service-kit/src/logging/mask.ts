/** Digits in it belong to nobody: a UUID, the id of a span or a trace, a digest. */
const MADE_UP = String.raw`\b(?:[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|[\da-f]{16}|[\da-f]{32}|[\da-f]{64})\b`;
const IDENTITY_NUMBER = String.raw`(?<!\d)\d{17}[\dXx](?!\d)`;
const MOBILE_NUMBER = String.raw`(?<!\d)(?:86)?1[3-9]\d{9}(?!\d)`;
const NUMBER = new RegExp(`${MADE_UP}|(${IDENTITY_NUMBER})|(${MOBILE_NUMBER})`, 'g');

/** Hides every resident identity number (GB 11643) and every mainland mobile number in a text. */
export const mask = (text: string): string =>
  text.replace(NUMBER, (found: string, identity?: string, mobile?: string) =>
    identity ? '[identity number]' : mobile ? '[phone]' : found,
  );
