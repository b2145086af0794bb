import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Flex, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { discloseWorkbench } from '../../api/sdk.gen.js';
import { dataOf } from '../shell/api.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import type { Utility } from './own-provider.js';

/** Shows whole document numbers to who says why; the history keeps it. */
export function Disclosure({ utility, requestId }: { utility: Utility; requestId: string }) {
  const { t } = useTranslation(['workbench', 'shell']);
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const disclose = useMutation({
    mutationFn: (body: { reason: string }) =>
      dataOf(discloseWorkbench({ path: { utility, requestId }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['job', utility, requestId] }),
  });
  const close = () => {
    setOpen(false);
    disclose.reset();
  };
  return (
    <>
      <Button className="disclosure" onClick={() => setOpen(true)}>
        {t('disclosure.show')}
      </Button>
      <Modal open={isOpen} title={t('disclosure.show')} footer={null} destroyOnHidden onCancel={close}>
        {disclose.data ? (
          <dl>
            <dt>{t('dossier.number')}</dt>
            <dd>{disclose.data.applicant ?? t('disclosure.none')}</dd>
            {disclose.data.agent && (
              <>
                <dt>{t('dossier.agentNumber')}</dt>
                <dd>{disclose.data.agent}</dd>
              </>
            )}
          </dl>
        ) : (
          <Form<{ reason: string }> layout="vertical" onFinish={(values) => disclose.mutate(values)}>
            <p>{t('disclosure.kept')}</p>
            <Form.Item
              name="reason"
              label={t('disclosure.reason')}
              rules={[{ required: true, whitespace: true, min: 2, message: t('disclosure.needsReason') }]}
            >
              <Input maxLength={200} autoFocus />
            </Form.Item>
            {disclose.error && <ProblemAlert error={disclose.error} />}
            <Flex gap="small" justify="end">
              <Button onClick={close}>{t('shell:cancel')}</Button>
              <Button type="primary" htmlType="submit" loading={disclose.isPending}>
                {t('disclosure.confirm')}
              </Button>
            </Flex>
          </Form>
        )}
      </Modal>
    </>
  );
}
