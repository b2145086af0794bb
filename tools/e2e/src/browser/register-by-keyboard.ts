import type { Page } from 'playwright-core';

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
  let keys = 0;
  const press = async (key: string, times = 1) => {
    for (let time = 0; time < times; time++) await page.keyboard.press(key);
    keys += times;
  };
  const type = (text: string) => page.keyboard.insertText(text);
  const focused = () => page.evaluate(() => document.activeElement?.id ?? '');
  const reach = async (id: string) => {
    while ((await focused()) !== id) await press('Tab');
  };
  await page.locator('#matter').waitFor();
  await type('联动过户');
  await press('Enter');
  await page.locator('#parts_telecom_fields_carrier').waitFor();
  await reach('applicant_name');
  await type(name);
  await reach('applicant_documentNumber');
  await type(documentNumber);
  await reach('applicant_phone');
  await type('13800138000');
  await reach('address_district');
  await type('lxq');
  await press('Enter');
  await reach('address_text');
  await type(address);
  for (const [field, value] of [
    ['water_fields_accountNumber', '10020030'],
    ['electricity_fields_accountNumber', '3701234567'],
    ['gas_fields_accountNumber', '2003004005'],
    ['heat_fields_accountNumber', '30040050'],
    ['heat_fields_heatedArea', '96.5'],
  ] as const) {
    await reach(`parts_${field}`);
    await type(value);
  }
  await reach('parts_telecom_fields_carrier');
  await press('ArrowDown', 2);
  await press('Enter');
  await reach('parts_telecom_fields_accountNumber');
  await type('0531888801');
  await reach('all-on-paper');
  await press('Enter');
  await reach('consented');
  await press('Space');
  await press('Control+Enter');
  return keys;
}
