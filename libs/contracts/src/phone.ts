/** Can it get text messages? A mobile number of the mainland, eleven digits. */
export const isMobile = (phone: string): boolean => /^1[3-9]\d{9}$/.test(phone);
