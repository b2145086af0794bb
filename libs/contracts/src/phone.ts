/** Can a text be sent to it? A mobile number of the mainland, eleven digits; a landline is only to be called. */
export const isMobile = (phone: string): boolean => /^1[3-9]\d{9}$/.test(phone);
