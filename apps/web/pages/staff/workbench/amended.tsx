import { Tag } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { TONES } from '../shell/theme.js';

/** Marks what differs from what she had seen. */
export function Amended({ is, children }: { is: boolean; children: ReactNode }) {
  const { t } = useTranslation('workbench');
  return is ? (
    <>
      {children}{' '}
      <Tag variant="filled" style={TONES.stopped}>
        {t('change.amended')}
      </Tag>
    </>
  ) : (
    children
  );
}
