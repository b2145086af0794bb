/** A piece of a page as data, so that a server writes it as text and a browser as elements. */
export interface PageElement {
  tag: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly PageNode[];
  /** Names a place that a page with scripts fills in its own way. */
  slot?: Slot;
}

export type PageNode = PageElement | string;

export interface Slot {
  name: 'answer';
  /** Of the part whose correction is answered here. */
  correctionId: string;
}

type Child = PageNode | undefined | false | readonly Child[];

/** `tag` may name classes: `p.hint`. */
export function el(
  tag: string,
  attributes: Record<string, string | undefined> = {},
  ...children: Child[]
): PageElement {
  const [name = '', ...classes] = tag.split('.');
  const known = Object.entries(attributes).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    tag: name,
    attributes: { ...(classes.length > 0 && { class: classes.join(' ') }), ...Object.fromEntries(known) },
    children: children.flatMap(flatten),
  };
}

export const slot = (filledBy: Slot, ...children: Child[]): PageElement => ({
  ...el('div', {}, ...children),
  slot: filledBy,
});

const flatten = (child: Child): PageNode[] =>
  child === undefined || child === false
    ? []
    : Array.isArray(child)
      ? (child as readonly Child[]).flatMap(flatten)
      : [child as PageNode];

const VOID = new Set(['input', 'link', 'meta', 'br']);

/** As HTML, with every text and attribute escaped. */
export function toHtml(node: PageNode): string {
  if (typeof node === 'string') return escape(node);
  const attributes = Object.entries(node.attributes)
    .map(([name, value]) => ` ${name}="${escape(value)}"`)
    .join('');
  const begin = `<${node.tag}${attributes}>`;
  return VOID.has(node.tag) ? begin : `${begin}${node.children.map(toHtml).join('')}</${node.tag}>`;
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
