const MOBILE = /^1[3-9]\d{9}$/;
const LANDLINE = /^0\d{2,3}-?\d{7,8}(-\d{1,6})?$/;

/** A mobile or a landline number of the mainland (domain 2.5); not a service number. */
export const isPhone = (text: string): boolean => MOBILE.test(text) || LANDLINE.test(text);
