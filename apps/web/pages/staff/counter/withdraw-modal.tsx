import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Checkbox, Form, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { withdrawRequests } from '../../api/sdk.gen.js';
import type { RequestStatus } from '../../api/types.gen.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import type { Utility } from './draft.js';
import { hasEnded } from './has-ended.js';
import { optionsQuery } from './queries.js';
import type { RequestInFull } from './request-page.js';

interface Props {
  request: RequestInFull;
  status: RequestStatus;
  onClose: () => void;
}

/** Withdraws parts that still run, and says first what that means. */
export function WithdrawModal({ request, status, onClose }: Props) {
  const { t } = useTranslation('counter');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const running = status.parts.filter(({ state }) => !hasEnded(state)).map(({ utility }) => utility);
  const [utilities, setUtilities] = useState<Utility[]>(running);
  const [reason, setReason] = useState('withdrawn-by-applicant');
  const options = useQuery(optionsQuery).data;
  const withdraw = useMutation({
    mutationFn: () =>
      withdrawRequests({ path: { receipt: request.receiptNumber }, body: { utilities, reason } }),
    onSuccess: () => {
      void message.success(t('withdraw.asked'));
      void queries.invalidateQueries({ queryKey: ['status', request.receiptNumber] });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t('withdraw.title')}
      okText={t('withdraw.do')}
      cancelText={t('cancel', { ns: 'shell' })}
      okButtonProps={{ danger: true, disabled: utilities.length === 0, loading: withdraw.isPending }}
      onOk={() => withdraw.mutate()}
      onCancel={onClose}
    >
      <Alert type="warning" title={t('withdraw.meaning')} />
      <Form layout="vertical">
        <Form.Item label={t('withdraw.parts')}>
          <Checkbox.Group
            value={utilities}
            onChange={(chosen) => setUtilities(chosen)}
            options={running.map((utility) => ({ value: utility, label: t(`utility.${utility}`) }))}
          />
        </Form.Item>
        <Form.Item label={t('withdraw.reason')} htmlFor="withdraw-reason">
          <Select
            id="withdraw-reason"
            value={reason}
            onChange={setReason}
            options={options?.withdrawalReasons.map(({ code, name }) => ({ value: code, label: name }))}
          />
        </Form.Item>
      </Form>
      {withdraw.error && <ProblemAlert error={withdraw.error} />}
    </Modal>
  );
}
