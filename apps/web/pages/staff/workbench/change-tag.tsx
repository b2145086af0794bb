import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ListedJob } from '../../api/types.gen.js';
import { TONES } from '../shell/theme.js';

const TONE = { unseen: 'active', amended: 'stopped', withdrawn: 'bad' } as const;

/** What happened to a job since she last had it open. */
export function ChangeTag({ change }: Pick<ListedJob, 'change'>) {
  const { t } = useTranslation('workbench');
  return change ? (
    <Tag variant="filled" style={TONES[TONE[change]]}>
      {t(`change.${change}`)}
    </Tag>
  ) : null;
}
