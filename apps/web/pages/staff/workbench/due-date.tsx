import { Space, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ListedJob } from '../../api/types.gen.js';

type Due = Pick<ListedJob, 'lamp' | 'workingDaysLeft' | 'urgentOn' | 'provisional'>;

/** By when somebody must act: a lamp, the working days that are left, and the date. */
export function DueDate({ job: { lamp, workingDaysLeft, urgentOn, provisional } }: { job: Due }) {
  const { t } = useTranslation('workbench');
  const count = Math.abs(workingDaysLeft);
  const left =
    lamp === 'red' ? t('due.over', { count }) : count === 0 ? t('due.today') : t('due.left', { count });
  return (
    <Space size={6} className="due">
      <span className={`lamp lamp-${lamp}`} aria-hidden />
      <span>
        <span className={lamp === 'red' ? 'overdue' : undefined}>{left}</span>
        <br />
        <Typography.Text type="secondary">
          {urgentOn}
          {provisional && t('due.provisional')}
        </Typography.Text>
      </span>
    </Space>
  );
}
