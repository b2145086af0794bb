import { Form, Input, Select, type FormInstance } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfferedAction } from '../../api/types.gen.js';
import type { ActValues } from './act.js';

interface Props {
  offered: OfferedAction;
  isRequired: boolean;
  form: FormInstance<ActValues>;
}

/** A reason of the catalogue; what it leads to is said below it. A refusal has a legal basis too. */
export function ReasonField({ offered, isRequired, form }: Props) {
  const { t } = useTranslation('workbench');
  const reasons = offered.reasons ?? [];
  const [filledIn, setFilledIn] = useState('');
  const code = Form.useWatch('reason', form) as string | undefined;
  const chosen = reasons.find((reason) => reason.code === code);
  const choose = (next?: string) => {
    const basis = reasons.find((reason) => reason.code === next)?.legalBasis ?? '';
    const typed = form.getFieldValue('legalBasis') as string | undefined;
    if (offered.action !== 'refuse' || (typed && typed !== filledIn)) return;
    form.setFieldValue('legalBasis', basis);
    setFilledIn(basis);
  };
  const effect = [
    chosen?.holder && t('notice.holder', { holder: t(`holder.${chosen.holder}`) }),
    chosen?.dueDate && t('field.usualDueDate', { date: chosen.dueDate }),
  ];
  return (
    <>
      <Form.Item
        name="reason"
        label={t('field.reason')}
        extra={effect.filter(Boolean).join(' ')}
        rules={isRequired ? [{ required: true, message: t('required') }] : []}
      >
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          allowClear={!isRequired}
          options={reasons.map((reason) => ({ value: reason.code, label: reason.name }))}
          onChange={choose}
        />
      </Form.Item>
      {offered.action === 'refuse' && (
        <Form.Item
          name="legalBasis"
          label={t('field.legalBasis')}
          rules={[{ required: true, whitespace: true, min: 2, message: t('required') }]}
        >
          <Input maxLength={200} />
        </Form.Item>
      )}
    </>
  );
}
