const { issuer, clientId } = document.documentElement.dataset;
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce;

/** What the server wrote into the page. */
export const settings = { issuer: issuer!, clientId: clientId!, nonce };
