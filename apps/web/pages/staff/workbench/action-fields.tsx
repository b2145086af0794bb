import { AutoComplete, Checkbox, Form, Input, Radio, Select, type FormInstance } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { OfferedAction } from '../../api/types.gen.js';
import { useAccount } from '../shell/account.js';
import type { ActValues } from './act.js';
import { DayInput } from '../shell/day-input.js';
import { ItemsField } from './items-field.js';
import { officersQuery } from './jobs.js';
import type { Workplace } from './own-provider.js';
import { ProviderField } from './provider-field.js';
import { ReasonField } from './reason-field.js';
import { RemarkField } from './remark-field.js';

interface Props {
  workplace: Workplace;
  offered: OfferedAction;
  form: FormInstance<ActValues>;
}

const HOLDERS = ['hall', 'provider', 'applicant', 'authority', 'contractor'] as const;

/** What each act asks for. */
export function ActionFields({ workplace, offered, form }: Props) {
  const { t } = useTranslation('workbench');
  const { action, stages = [] } = offered;
  const answer = Form.useWatch('answer', form);
  if (action === 'release' || action === 'claim') return null;
  if (action === 'reassign') return <OfficerField workplace={workplace} />;
  const needsReason = action === 'hold' || action === 'refuse' || action === 'not-ours';
  const hasReason = needsReason || action === 'correction' || answer === 'refused';
  return (
    <>
      {action === 'withdrawal' && (
        <Form.Item
          name="answer"
          label={t('field.answer')}
          rules={[{ required: true, message: t('required') }]}
        >
          <Radio.Group
            options={(['agreed', 'refused'] as const).map((value) => ({
              value,
              label: t(`answer.${value}`),
            }))}
          />
        </Form.Item>
      )}
      {action === 'accept' && (
        <Form.Item name="reference" label={t('field.reference')}>
          <Input maxLength={64} />
        </Form.Item>
      )}
      {action === 'stage' && (
        <Form.Item name="stage" label={t('field.stage')} rules={[{ required: true, message: t('required') }]}>
          <Select options={stages.map(({ code, name }) => ({ value: code, label: name }))} />
        </Form.Item>
      )}
      {action === 'not-ours' && <ProviderField providers={offered.providers ?? []} />}
      {action === 'correction' && <ItemsField items={offered.items ?? []} />}
      {hasReason && <ReasonField offered={offered} isRequired={needsReason} form={form} />}
      {action === 'hold' && (
        <Form.Item name="holder" label={t('field.holder')} extra={t('field.holderHint')}>
          <Select allowClear options={HOLDERS.map((value) => ({ value, label: t(`holder.${value}`) }))} />
        </Form.Item>
      )}
      {(action === 'hold' || action === 'correction') && (
        <Form.Item name="dueDate" label={t('field.dueDate')} extra={t('field.dueDateHint')}>
          <DayInput />
        </Form.Item>
      )}
      {action === 'complete' && (
        <Form.Item name="partly" valuePropName="checked">
          <Checkbox>{t('field.partly')}</Checkbox>
        </Form.Item>
      )}
      <RemarkField templates={offered.templates ?? []} form={form} />
    </>
  );
}

function OfficerField({ workplace }: { workplace: Workplace }) {
  const { t } = useTranslation('workbench');
  const { role } = useAccount();
  const { data } = useQuery(officersQuery(workplace.utility, role === 'lead-officer'));
  const options = (data?.officers ?? []).map(({ officer, jobs }) => ({
    value: officer,
    label: t('field.officerLoad', { officer, count: jobs }),
  }));
  return (
    <Form.Item name="officer" label={t('field.officer')} rules={[{ required: true, message: t('required') }]}>
      <AutoComplete options={options} maxLength={200} />
    </Form.Item>
  );
}
