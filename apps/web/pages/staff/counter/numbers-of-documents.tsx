import { useMutation } from '@tanstack/react-query';
import { Button, Flex, Input, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { discloseCounter } from '../../api/sdk.gen.js';
import { dataOf } from '../shell/api.js';
import { ProblemAlert } from '../shell/problem-alert.js';

/** The masked number, and the whole one for a reason, which is stored. */
export function NumbersOfDocuments({ receipt, masked }: { receipt: string; masked: string }) {
  const { t } = useTranslation('counter');
  const [reason, setReason] = useState('');
  const show = useMutation({
    mutationFn: () => dataOf(discloseCounter({ path: { receipt }, body: { reason } })),
  });
  if (show.data) return <>{[show.data.applicant, show.data.agent].filter(Boolean).join(' / ')}</>;
  return (
    <Flex gap="small" align="center" wrap>
      {masked}
      <Popover
        trigger="click"
        content={
          <Flex vertical gap="small">
            <label>
              {t('numbers.why')}
              <Input value={reason} maxLength={200} onChange={({ target }) => setReason(target.value)} />
            </label>
            <Button disabled={!reason.trim()} loading={show.isPending} onClick={() => show.mutate()}>
              {t('numbers.show')}
            </Button>
            {show.error && <ProblemAlert error={show.error} />}
          </Flex>
        }
      >
        <Button size="small">{t('numbers.unmask')}</Button>
      </Popover>
    </Flex>
  );
}
