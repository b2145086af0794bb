import type { Catalogue } from './catalogue.js';
import type { Field } from './matter.js';
import type { Text } from './text.js';

/**
 * What people call an item that a correction asks for: a material, a field of the part (with or without `fields.`) or a
 * reason; an item that the catalogue does not know keeps its own words.
 */
export function nameOfItem(item: string, fields: readonly Field[], catalogue: Catalogue): Text {
  const code = item.replace(/^fields\./, '');
  return (
    catalogue.material(item)?.name ??
    fields.find((field) => field.code === code)?.label ??
    catalogue.reason(item)?.name ?? { 'zh-CN': item, en: item }
  );
}
