import { Form, Input, Select } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { CounterOptions } from '../../api/types.gen.js';
import type { PersonKind } from './draft.js';

interface Props {
  who: 'applicant' | 'agent';
  kind: PersonKind;
  documents: CounterOptions['documents'];
}

/** Name, document and phone of the applicant, or of who came instead. */
export function PersonSection({ who, kind, documents }: Props) {
  const { t } = useTranslation('counter');
  const form = Form.useFormInstance();
  const offered = documents[kind];
  useEffect(() => {
    const path = [who, 'documentType'];
    if (!offered.some(({ code }) => code === form.getFieldValue(path)))
      form.setFieldValue(path, offered[0]?.code);
  }, [form, offered, who]);
  return (
    <fieldset>
      <legend>{t(`person.${who}`)}</legend>
      <div className="registration-row">
        <Form.Item
          name={[who, 'name']}
          label={t(kind === 'organisation' ? 'person.organisation' : 'person.name')}
          required
        >
          <Input autoComplete="off" maxLength={120} />
        </Form.Item>
        <Form.Item name={[who, 'documentType']} label={t('person.documentType')}>
          <Select options={offered.map(({ code, name }) => ({ value: code, label: name }))} />
        </Form.Item>
        <Form.Item name={[who, 'documentNumber']} label={t('person.documentNumber')} required>
          <Input autoComplete="off" maxLength={40} />
        </Form.Item>
        <Form.Item name={[who, 'phone']} label={t('person.phone')} required>
          <Input autoComplete="off" inputMode="tel" maxLength={40} />
        </Form.Item>
      </div>
    </fieldset>
  );
}
