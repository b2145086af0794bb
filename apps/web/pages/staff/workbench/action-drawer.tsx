import { Alert, Button, Drawer, Flex, Form } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfferedAction } from '../../api/types.gen.js';
import { isProblem } from '../shell/api.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import type { Action, ActValues } from './act.js';
import { ActionFields } from './action-fields.js';
import type { Workplace } from './own-provider.js';

const FINAL: readonly Action[] = ['refuse', 'complete', 'withdrawal', 'not-ours'];

interface Props {
  workplace: Workplace;
  offered: OfferedAction;
  isBusy: boolean;
  error: unknown;
  onSubmit: (values: ActValues) => void;
  onClose: () => void;
}

/** The form of one act: what it means is said first, and sending it is the one question asked. */
export function ActionDrawer({ workplace, offered, isBusy, error, onSubmit, onClose }: Props) {
  const { t } = useTranslation(['workbench', 'shell']);
  const [form] = Form.useForm<ActValues>();
  const { action } = offered;
  useEffect(() => showErrors(error, form), [error, form]);
  return (
    <Drawer
      open
      rootClassName="act-drawer"
      size={520}
      title={t(`action.${action}`)}
      onClose={onClose}
      mask={{ closable: false, blur: false }}
      footer={
        <Flex gap="small" justify="end">
          <Button onClick={onClose}>{t('shell:cancel')}</Button>
          <Button type="primary" danger={action === 'refuse'} loading={isBusy} onClick={() => form.submit()}>
            {t(`confirm.${action}`)}
          </Button>
        </Flex>
      }
    >
      <p>{t(`means.${action}`)}</p>
      {FINAL.includes(action) && <Alert type="warning" showIcon title={t('final')} />}
      {error !== null && <ProblemAlert error={error} />}
      <Form<ActValues> form={form} layout="vertical" scrollToFirstError={{ focus: true }} onFinish={onSubmit}>
        <ActionFields workplace={workplace} offered={offered} form={form} />
      </Form>
    </Drawer>
  );
}

/** Puts the API's words beside the fields that they are about. */
function showErrors(error: unknown, form: ReturnType<typeof Form.useForm<ActValues>>[0]): void {
  if (!isProblem(error)) return;
  for (const { pointer, detail } of error.errors ?? [])
    form.setFields([{ name: pointer.split('/')[1] as keyof ActValues, errors: [detail] }]);
}
