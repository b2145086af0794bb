import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import './shell/style-nonce.js';
import { routesFor } from './routes.js';
import { AccountContext } from './shell/account.js';
import { isTransient } from './shell/api.js';
import { language, startLanguage } from './shell/language.js';
import { logIn } from './shell/session.js';
import { settings } from './shell/settings.js';
import { theme } from './shell/theme.js';
import { LoginFailed } from './shell/login-failed.js';
import './shell/page.css';

/** A page that could not be loaded looks again by itself, milliseconds. */
const LOOK_AGAIN_MS = 5_000;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) => isTransient(error) && count < 2,
      refetchInterval: ({ state }) =>
        state.status === 'error' && isTransient(state.error) ? LOOK_AGAIN_MS : false,
    },
  },
});

const root = createRoot(document.getElementById('root')!);
await startLanguage();
const account = await logIn().catch(() => root.render(<LoginFailed />));
if (account)
  root.render(
    <ConfigProvider
      theme={theme}
      csp={{ nonce: settings.nonce }}
      locale={language === 'en' ? enUS : zhCN}
      button={{ autoInsertSpace: false }}
    >
      <App>
        <AccountContext value={account}>
          <QueryClientProvider client={queries}>
            <RouterProvider router={routesFor(account)} />
          </QueryClientProvider>
        </AccountContext>
      </App>
    </ConfigProvider>,
  );
