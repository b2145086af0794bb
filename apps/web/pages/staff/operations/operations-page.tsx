import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { ActsTab } from './acts-tab.js';
import { CalendarTab } from './calendar-tab.js';
import { FindingsTab } from './findings-tab.js';
import { FlowTab } from './flow-tab.js';
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
  calendar: CalendarTab,
  acts: ActsTab,
} as const;
type Tab = keyof typeof TABS;

/** How the platform does, and what an operator can do about it. */
export default function OperationsPage() {
  const { t } = useTranslation('operations');
  const [params, setParams] = useSearchParams();
  const named = params.get('tab');
  const active = named && named in TABS ? (named as Tab) : 'flow';
  return (
    <>
      <h1 className="page-title">{t('title')}</h1>
      <Tabs
        activeKey={active}
        destroyOnHidden
        onChange={(tab) => setParams({ tab })}
        items={(Object.keys(TABS) as Tab[]).map((tab) => {
          const Content = TABS[tab];
          return { key: tab, label: t(`tab.${tab}`), children: <Content /> };
        })}
      />
    </>
  );
}
