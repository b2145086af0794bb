import type { Locator, Page } from 'playwright-core';

/** More than a page has to offer. */
const MOST_TABS = 200;

/** Works a form: by keys alone, or by touch. */
export interface Hand {
  write(field: Locator, text: string): Promise<void>;
  /** Chooses the first of a list that fits what is typed. */
  choose(list: Locator, typed: string): Promise<void>;
  /** Chooses one of a group of which one is always chosen. */
  pick(group: Locator, name: string): Promise<void>;
  /** Ticks a box or takes the tick away. */
  tick(box: Locator): Promise<void>;
  press(button: Locator): Promise<void>;
}

/** Goes from field to field by Tab, and counts the keys beside what is typed. */
export class Keyboard implements Hand {
  keys = 0;

  constructor(private readonly page: Page) {}

  async key(name: string, times = 1): Promise<void> {
    for (let time = 0; time < times; time++) await this.page.keyboard.press(name);
    this.keys += times;
  }

  type(text: string): Promise<void> {
    return this.page.keyboard.insertText(text);
  }

  async reach(target: Locator): Promise<void> {
    await target.waitFor();
    for (let tabs = 0; tabs < MOST_TABS; tabs++) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.key('Tab');
    }
    throw new Error(`no Tab leads to ${String(target)}`);
  }

  async write(field: Locator, text: string): Promise<void> {
    await this.reach(field);
    await this.type(text);
  }

  async choose(list: Locator, typed: string): Promise<void> {
    await this.write(list, typed);
    await this.key('Enter');
  }

  async pick(group: Locator, name: string): Promise<void> {
    await this.reach(group.getByRole('radio', { checked: true }));
    const wanted = group.getByRole('radio', { name, exact: true });
    while (!(await wanted.isChecked())) await this.key('ArrowRight');
  }

  async tick(box: Locator): Promise<void> {
    await this.reach(box);
    await this.key('Space');
  }

  async press(button: Locator): Promise<void> {
    await this.reach(button);
    await this.key('Enter');
  }
}

export class Finger implements Hand {
  constructor(private readonly page: Page) {}

  async write(field: Locator, text: string): Promise<void> {
    await field.tap();
    await field.fill(text);
  }

  async choose(list: Locator, typed: string): Promise<void> {
    await this.write(list, typed);
    await this.page.locator('.ant-select-item-option').filter({ visible: true }).first().tap();
  }

  pick(group: Locator, name: string): Promise<void> {
    return group.getByRole('radio', { name, exact: true }).tap();
  }

  tick(box: Locator): Promise<void> {
    return box.tap();
  }

  press(button: Locator): Promise<void> {
    return button.tap();
  }
}
