const { issuer, clientId } = document.documentElement.dataset;
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce;

/** What the server wrote into the page. */
export const settings = { issuer: issuer!, clientId: clientId!, nonce };

/** Ant Design measures and locks scrolling with styles that it forgets to give the nonce of its configuration. */
const createElement = document.createElement.bind(document);
document.createElement = ((name: string, options?: ElementCreationOptions) => {
  const element = createElement(name, options);
  if (element instanceof HTMLStyleElement && nonce) element.nonce = nonce;
  return element;
}) as typeof document.createElement;
