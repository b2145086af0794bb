import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { ActsTab } from './acts-tab.js';
import { CalendarTab } from './calendar-tab.js';
import { FindingsTab } from './findings-tab.js';
import { FlowTab } from './flow-tab.js';
import { NoticesTab } from './notices-tab.js';
import { ParkedMessagesTab } from './parked-messages-tab.js';
import { ParkedOperationsTab } from './parked-operations-tab.js';
import { ProvidersTab } from './providers-tab.js';
import './operations.css';

const TABS = {
  flow: FlowTab,
  providers: ProvidersTab,
  operations: ParkedOperationsTab,
  messages: ParkedMessagesTab,
  findings: FindingsTab,
  notices: NoticesTab,
  calendar: CalendarTab,
  acts: ActsTab,
} as const;
type Tab = keyof typeof TABS;

/** How the platform does, and what an operator can do about it. */
export default function OperationsPage() {
  const { t } = useTranslation('operations');
  const [params] = useSearchParams();
  const named = params.get('tab');
  const active = named && named in TABS ? (named as Tab) : 'flow';
  const Content = TABS[active];
  return (
    <>
      <h1 className="page-title">{t('title')}</h1>
      <nav className="tabs" aria-label={t('title')}>
        {(Object.keys(TABS) as Tab[]).map((tab) => (
          <Link key={tab} to={`?tab=${tab}`} aria-current={tab === active ? 'page' : undefined}>
            {t(`tab.${tab}`)}
          </Link>
        ))}
      </nav>
      <Content />
    </>
  );
}
