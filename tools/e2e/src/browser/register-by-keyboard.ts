import type { Page } from 'playwright-core';
import { Keyboard } from './hands.js';

/** What differs from registration to registration. */
export interface Entered {
  name: string;
  documentNumber: string;
  address: string;
}

/** Fills the form by keyboard, from the field that has the focus; answers how many keys that took beside what was typed. */
export async function registerByKeyboard(
  page: Page,
  { name, documentNumber, address }: Entered,
): Promise<number> {
  const hand = new Keyboard(page);
  const field = (id: string) => page.locator(`#${id}`);
  await field('matter').waitFor();
  await hand.type('联动过户');
  await hand.key('Enter');
  await field('parts_telecom_fields_carrier').waitFor();
  await hand.write(field('applicant_name'), name);
  await hand.write(field('applicant_documentNumber'), documentNumber);
  await hand.write(field('applicant_phone'), '13800138000');
  await hand.choose(field('address_district'), 'lxq');
  await hand.write(field('address_text'), address);
  for (const [id, value] of [
    ['water_fields_accountNumber', '10020030'],
    ['electricity_fields_accountNumber', '3701234567'],
    ['gas_fields_accountNumber', '2003004005'],
    ['heat_fields_accountNumber', '30040050'],
    ['heat_fields_heatedArea', '96.5'],
  ] as const)
    await hand.write(field(`parts_${id}`), value);
  await hand.reach(field('parts_telecom_fields_carrier'));
  await hand.key('ArrowDown', 2);
  await hand.key('Enter');
  await hand.write(field('parts_telecom_fields_accountNumber'), '0531888801');
  await hand.press(field('all-on-paper'));
  await hand.tick(field('consented'));
  await hand.key('Control+Enter');
  return hand.keys;
}
