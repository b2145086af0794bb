import { settings } from './settings.js';

/** Ant Design makes some styles (scroll lock, scroll bar measure) without the nonce that it was given, and they would be refused. */
const create = document.createElement.bind(document);
document.createElement = ((name: string, options?: ElementCreationOptions) => {
  const element = create(name, options);
  if (name === 'style' && settings.nonce) element.nonce = settings.nonce;
  return element;
}) as typeof document.createElement;
