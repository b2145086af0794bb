const IDENTITY_NUMBER = /(?<!\d)\d{17}[\dXx](?!\d)/g;
const MOBILE_NUMBER = /(?<!\d)(?:86)?1[3-9]\d{9}(?!\d)/g;

/** Hides every resident identity number (GB 11643) and every mainland mobile number in a text. */
export const mask = (text: string) =>
  text.replace(IDENTITY_NUMBER, '[identity number]').replace(MOBILE_NUMBER, '[phone]');
