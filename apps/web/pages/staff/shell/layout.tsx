import { Button, Flex, Layout, Typography } from 'antd';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, Outlet } from 'react-router';
import { AREAS } from '../areas.js';
import { useAccount } from './account.js';
import { chooseLanguage, language } from './language.js';
import { LoginAgain } from './login-again.js';
import { OfflineNotice } from './offline-notice.js';
import { logOut } from './session.js';

/** The frame of every page: where one is, who one is, and what one's role may open. */
export function PageLayout() {
  const { t } = useTranslation();
  const account = useAccount();
  const pages = AREAS.find(({ roles }) => roles.includes(account.role))?.pages ?? [];
  return (
    <Layout className="page">
      <Layout.Header className="page-header">
        <Typography.Text className="page-name" strong>
          {t('name')}
        </Typography.Text>
        <nav className="page-menu" aria-label={t('menuLabel')}>
          {pages.map(({ path, label }) => (
            <NavLink key={path} to={path} end>
              {t(label)}
            </NavLink>
          ))}
        </nav>
        <Flex gap="small" align="center" className="page-account">
          <span>{account.name}</span>
          <Button size="small" onClick={() => chooseLanguage(language === 'en' ? 'zh-CN' : 'en')}>
            {t('otherLanguage')}
          </Button>
          <Button size="small" onClick={() => void logOut()}>
            {t('logOut')}
          </Button>
        </Flex>
      </Layout.Header>
      <OfflineNotice />
      <Layout.Content className="page-content" role="main">
        <Suspense fallback={<p role="status">{t('loading')}</p>}>
          <Outlet />
        </Suspense>
      </Layout.Content>
      <LoginAgain />
    </Layout>
  );
}
