import { Button, Form, Input, Radio, type FormInstance } from 'antd';
import { useTranslation } from 'react-i18next';
import { language } from '../shell/language.js';
import { DayInput } from '../shell/day-input.js';
import type { DraftValues, NeededMaterial } from './draft.js';

interface Props {
  needed: readonly NeededMaterial[];
  form: FormInstance<DraftValues>;
  onChange: () => void;
}

/** Each material that is needed, and how it is given. */
export function MaterialsSection({ needed, form, onChange }: Props) {
  const { t } = useTranslation('counter');
  if (needed.length === 0) return null;
  const allOnPaper = () => {
    for (const { key } of needed)
      if (!form.getFieldValue(['materials', key, 'method']))
        form.setFieldValue(['materials', key, 'method'] as never, 'paper' as never);
    onChange();
  };
  return (
    <fieldset>
      <legend>{t('materials.title')}</legend>
      <Button id="all-on-paper" onClick={allOnPaper}>
        {t('materials.allOnPaper')}
      </Button>
      {needed.map((material) => (
        <MaterialRow key={material.key} material={material} />
      ))}
    </fieldset>
  );
}

function MaterialRow({ material: { key, name, utility, deferrable } }: { material: NeededMaterial }) {
  const { t } = useTranslation('counter');
  const method = Form.useWatch(['materials', key, 'method']) as string | undefined;
  const methods = ['paper', 'e-licence', 'data-share', ...(deferrable ? ['deferred'] : [])] as const;
  const label = utility
    ? t('materials.ofUtility', { name: name[language], utility: t(`utility.${utility}`) })
    : name[language];
  return (
    <div className="registration-material">
      <Form.Item name={['materials', key, 'method']} label={label} required>
        <Radio.Group options={methods.map((one) => ({ value: one, label: t(`method.${one as 'paper'}`) }))} />
      </Form.Item>
      {(method === 'e-licence' || method === 'data-share') && (
        <Form.Item name={['materials', key, 'proof']} label={t('materials.proof')}>
          <Input autoComplete="off" maxLength={100} />
        </Form.Item>
      )}
      {method === 'deferred' && (
        <Form.Item name={['materials', key, 'promisedBy']} label={t('materials.promisedBy')}>
          <DayInput />
        </Form.Item>
      )}
    </div>
  );
}
