import { createElement, type ReactNode } from 'react';
import type { PageNode, Slot } from '@lianban/status-page';

/** React's names for attributes of HTML; a value that was typed is the first one and not the only one. */
const NAMES: Record<string, string> = {
  class: 'className',
  for: 'htmlFor',
  tabindex: 'tabIndex',
  maxlength: 'maxLength',
  autocomplete: 'autoComplete',
  autocapitalize: 'autoCapitalize',
  spellcheck: 'spellCheck',
  novalidate: 'noValidate',
  datetime: 'dateTime',
};

/** Shows an element that a server would write as HTML; `fill` may put something else into a slot. */
export function elementView(node: PageNode, fill?: (slot: Slot) => ReactNode, key?: number): ReactNode {
  if (typeof node === 'string') return node;
  const filled = node.slot && fill?.(node.slot);
  if (filled) return filled;
  const children = node.children.map((child, index) => elementView(child, fill, index));
  return createElement(node.tag, { ...propertiesOf(node), key }, ...children);
}

const propertiesOf = ({ tag, attributes }: Exclude<PageNode, string>): Record<string, string | boolean> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => {
      if (name === 'novalidate') return ['noValidate', true];
      if (name === 'value' && tag === 'input' && attributes.type !== 'hidden') return ['defaultValue', value];
      return [NAMES[name] ?? name, value];
    }),
  );
