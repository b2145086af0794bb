/** The 31 characters of GB 32100: no I, O, S, V, Z. */
export const ALPHABET_31 = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** The check character of GB 32100 over any text of its alphabet: weights are the powers of 3 modulo 31. */
export function mod31Check(text: string): string {
  let weight = 1;
  let sum = 0;
  for (const character of text) {
    sum += ALPHABET_31.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET_31[(31 - (sum % 31)) % 31]!;
}
