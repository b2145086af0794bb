import { Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Field } from '../../api/types.gen.js';
import { language } from '../shell/language.js';
import type { Matter, Utility } from './draft.js';

interface Props {
  matter: Matter | undefined;
  utilities: readonly Utility[];
}

/** What each utility needs to know beside what all share. */
export function PartsSection({ matter, utilities }: Props) {
  const { t } = useTranslation('counter');
  const parts = (matter?.parts ?? []).filter(({ utility }) => utilities.includes(utility));
  return parts.map(({ utility, fields, providers }) => (
    <fieldset key={utility}>
      <legend>{t(`utility.${utility}`)}</legend>
      <div className="registration-row">
        {fields.map((field) => (
          <FieldInput key={field.code} utility={utility} field={offeredOnly(field, providers)} />
        ))}
      </div>
    </fieldset>
  ));
}

/** Only the carriers that there are in the district. */
function offeredOnly(field: Field, providers: { carrier?: string }[] | undefined): Field {
  if (field.code !== 'carrier' || !providers) return field;
  const there = providers.map(({ carrier }) => carrier);
  return { ...field, choices: field.choices?.filter(({ code }) => there.includes(code)) };
}

function FieldInput({ utility, field }: { utility: Utility; field: Field }) {
  const { code, label, unit, required, type } = field;
  const text = unit ? `${label[language]} (${unit})` : label[language];
  const name = ['parts', utility, 'fields', code];
  if (type === 'boolean')
    return (
      <Form.Item name={name} valuePropName="checked">
        <Checkbox>{text}</Checkbox>
      </Form.Item>
    );
  return (
    <Form.Item name={name} label={text} required={required}>
      {inputFor(field)}
    </Form.Item>
  );
}

function inputFor({ type, choices, min, max }: Field) {
  if (type === 'choice')
    return (
      <Select
        allowClear
        options={choices?.map(({ code, label }) => ({ value: code, label: label[language] }))}
      />
    );
  if (type === 'string') return <Input autoComplete="off" maxLength={200} />;
  return <InputNumber min={min} max={max} controls={false} precision={type === 'integer' ? 0 : undefined} />;
}
