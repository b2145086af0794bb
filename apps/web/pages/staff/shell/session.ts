import { UserManager, type User } from 'oidc-client-ts';
import { language } from './language.js';
import { settings } from './settings.js';

export type Role = 'clerk' | 'officer' | 'lead-officer' | 'operator';

/** Who is logged in, as the issuer says. */
export interface Account {
  name: string;
  role: Role;
  hall?: string;
  provider?: string;
}

const PAGE = `${window.location.origin}/staff/`;

const manager = new UserManager({
  authority: settings.issuer,
  client_id: settings.clientId,
  redirect_uri: PAGE,
  post_logout_redirect_uri: PAGE,
  scope: 'openid',
  ui_locales: language,
  automaticSilentRenew: true,
});

let user: User | null = null;
let renewing: Promise<void> | undefined;
let onLoggedOut: (isLoggedOut: boolean) => void = () => {};
let resumed: () => void = () => {};

manager.events.addUserLoaded((loaded) => {
  user = loaded;
});

/** Is this the answer of the issuer? */
const isAnswer = () => new URLSearchParams(window.location.search).has('state');

/**
 * Logs in with a code and PKCE.
 * @returns the account, or nothing while the browser is on its way to the issuer or this window only brought an answer
 */
export async function logIn(): Promise<Account | undefined> {
  if (isAnswer() && window.opener) {
    await manager.signinPopupCallback();
    return undefined;
  }
  if (isAnswer()) {
    // An answer that is used up, as after the button "back", begins anew.
    user = await manager.signinRedirectCallback().catch(() => null);
    const returnTo = (user?.state as { returnTo?: string } | undefined)?.returnTo ?? '/staff/';
    window.history.replaceState(null, '', returnTo);
  } else user = await manager.getUser();
  if (user && !user.expired) return accountOf(user);
  const { pathname, search } = window.location;
  await manager.signinRedirect({ state: { returnTo: pathname + search } });
  return undefined;
}

function accountOf({ profile }: User): Account {
  const { sub, role, hall, provider } = profile as User['profile'] & Omit<Account, 'name'>;
  return { name: sub, role, hall, provider };
}

export const accessToken = (): string | undefined => user?.access_token;

/** Tells who asks whether the account has to log in again. */
export function watchLogin(listener: (isLoggedOut: boolean) => void): void {
  onLoggedOut = listener;
}

/** Waits until there is a token that works: renewed by itself, or by the person in another window. Nothing on the page is lost. */
export function renew(): Promise<void> {
  renewing ??= renewSilently()
    .catch(
      () =>
        new Promise<void>((resolve) => {
          resumed = resolve;
          onLoggedOut(true);
        }),
    )
    .finally(() => (renewing = undefined));
  return renewing;
}

async function renewSilently(): Promise<void> {
  const renewed = await manager.signinSilent();
  if (!renewed) throw new Error('no token');
}

/** @throws where another person logs in: what is on the page is not hers */
export async function logInAgain(): Promise<void> {
  const before = user?.profile.sub;
  const loggedIn = await manager.signinPopup();
  if (before !== undefined && loggedIn.profile.sub !== before) return window.location.reload();
  onLoggedOut(false);
  resumed();
}

export const logOut = (): Promise<void> => manager.signoutRedirect();
