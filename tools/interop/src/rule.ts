/** Something that two programs which do not know each other must agree on, and whether they did. */
export interface Rule {
  rule: string;
  held: boolean;
  detail: string;
}
