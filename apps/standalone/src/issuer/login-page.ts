import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import type { Account } from './accounts.js';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};
const MAX_BODY_BYTES = 4_096;
export const LOGIN_PATH = /^\/login\/[\w-]+$/;

/** The page on which one of the demo's accounts logs in to the web pages: `GET` shows it, `POST` judges what was typed. */
export async function answerLogin(
  provider: Provider,
  accounts: readonly Account[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const details = await provider.interactionDetails(request, response).catch(() => undefined);
  if (!details) return sendPage(response, 400, { ...LOST, form: false });
  const language = String(details.params.ui_locales ?? 'zh-CN');
  const texts = language.startsWith('en') ? ENGLISH : CHINESE;
  if (request.method !== 'POST') return sendPage(response, 200, { ...texts, form: true });
  const typed = new URLSearchParams(await readBody(request));
  const account = accounts.find(
    ({ name, secret }) => name === typed.get('account')?.trim() && secret === typed.get('secret'),
  );
  if (!account) return sendPage(response, 401, { ...texts, form: true, error: texts.wrong });
  await provider.interactionFinished(request, response, { login: { accountId: account.name } });
}

/** The page that logs out at once, and without scripts by its button; `form` is the issuer's own. */
export function logoutPage(form: string): string {
  const confirmed = form.replace(
    '</form>',
    '<input type="hidden" name="logout" value="yes"><button>退出 Log out</button></form>',
  );
  return page('退出 Log out', `${confirmed}<script>document.forms[0].submit()</script>`);
}

/** What the issuer refuses, in its own words. */
export const errorPage = (error: string, description = ''): string =>
  page('登录未完成 The login was not completed', `<p>${escape(error)}</p><p>${escape(description)}</p>`);

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const page = (
  title: string,
  body: string,
): string => `<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style>
<main><h1>${title}</h1>${body}</main></html>`;

interface PageTexts {
  title: string;
  note: string;
  account: string;
  secret: string;
  submit: string;
  wrong: string;
}

const CHINESE: PageTexts = {
  title: '登录联办',
  note: '试用账号：clerk-lixia、clerk-zhangdian、officer-<单位>、lead-<单位>、operator；密码均为 lianban-demo。',
  account: '账号',
  secret: '密码',
  submit: '登录',
  wrong: '账号或密码不正确。',
};
const ENGLISH: PageTexts = {
  title: 'Log in to Lianban',
  note: 'Accounts to try: clerk-lixia, clerk-zhangdian, officer-<provider>, lead-<provider>, operator; the secret of all is lianban-demo.',
  account: 'Account',
  secret: 'Secret',
  submit: 'Log in',
  wrong: 'The account or the secret is wrong.',
};
const LOST: PageTexts = {
  ...CHINESE,
  note: '登录已过期，请返回原页面重新登录。This login has expired: go back to the page and log in again.',
};

function sendPage(
  response: ServerResponse,
  status: number,
  { form, error, ...texts }: PageTexts & { form: boolean; error?: string },
): void {
  const fields = `<form method="post"><label>${texts.account}<input name="account" autocomplete="username" autofocus required></label>
<label>${texts.secret}<input name="secret" type="password" autocomplete="current-password" required></label><button>${texts.submit}</button></form>`;
  const alert = error ? `<p role="alert">${error}</p>` : '';
  const body = `<p>${escape(texts.note)}</p>${alert}${form ? fields : ''}`;
  response.writeHead(status, HEADERS).end(page(texts.title, body));
}

const STYLE = `body{font:16px/1.6 system-ui,sans-serif;margin:0;background:#f0f2f5;color:#1f1f1f}
main{max-width:24rem;margin:12vh auto;padding:2rem;background:#fff;border-radius:8px}h1{font-size:1.4rem;margin:0}
label{display:block;margin:.8rem 0}input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.4rem .6rem;border:1px solid #767676;border-radius:4px}
button{font:inherit;width:100%;padding:.5rem;border:0;border-radius:4px;background:#0958d9;color:#fff}[role=alert]{color:#a8071a;font-weight:600}p{overflow-wrap:anywhere}`;

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk as string;
    if (body.length > MAX_BODY_BYTES) break;
  }
  return body;
}
