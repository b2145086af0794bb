import { Checkbox, Form, Radio, Select, type FormInstance } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ListMattersResponses } from '../../api/types.gen.js';
import { language } from '../shell/language.js';
import type { DraftValues, Matter } from './draft.js';
import type { Shape } from './registration-form.js';

interface Props {
  matters: ListMattersResponses[200]['matters'];
  matter: Matter | undefined;
  shape: Shape;
  form: FormInstance<DraftValues>;
  onChange: () => void;
}

/** What is asked for, and the questions that decide which fields and materials are needed. */
export function MatterSection({ matters, matter, shape, form, onChange }: Props) {
  const { t } = useTranslation('counter');
  const choose = (code: string) => {
    const chosen = matters.find((one) => one.code === code)!;
    const kind =
      shape.kind && chosen.applicantKinds.includes(shape.kind) ? shape.kind : chosen.applicantKinds[0];
    form.setFieldsValue({ utilities: [...chosen.utilities], kind });
    onChange();
  };
  const kinds = matter?.applicantKinds ?? ['person', 'organisation'];
  return (
    <fieldset>
      <legend>{t('matter.title')}</legend>
      <Form.Item name="matter" label={t('matter.matter')} required>
        <Select
          autoFocus
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('matter.choose')}
          options={matters.map(({ code, name }) => ({ value: code, label: name[language] }))}
          onChange={choose}
        />
      </Form.Item>
      {matter && matter.utilities.length > 1 && (
        <Form.Item name="utilities" label={t('matter.utilities')} required>
          <Checkbox.Group
            options={matter.utilities.map((utility) => ({ value: utility, label: t(`utility.${utility}`) }))}
          />
        </Form.Item>
      )}
      <div className="registration-row">
        <Form.Item name="kind" label={t('matter.who')}>
          <Radio.Group options={kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))} />
        </Form.Item>
        <Form.Item name="hasAgent" label={t('matter.whoCame')}>
          <Radio.Group
            options={[
              { value: false, label: t('matter.self') },
              { value: true, label: t('matter.agent') },
            ]}
          />
        </Form.Item>
        <Form.Item name="language" label={t('matter.language')}>
          <Radio.Group
            options={[
              { value: 'zh-CN', label: t('matter.chinese') },
              { value: 'en', label: t('matter.english') },
            ]}
          />
        </Form.Item>
      </div>
    </fieldset>
  );
}
