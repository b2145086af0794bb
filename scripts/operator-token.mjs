/** LIANBAN_TOKEN, an operator's, or a token of the local issuer's demo account (ISSUER_URL). */
export async function operatorToken() {
  if (process.env.LIANBAN_TOKEN) return process.env.LIANBAN_TOKEN;
  const url = `${process.env.ISSUER_URL ?? 'http://127.0.0.1:8081'}/token`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('operator:lianban-demo')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  }).catch((error) => {
    throw new Error(`${url} does not answer (${error.cause?.code ?? error.message})`);
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()).access_token;
}
