import { App, Form, Input, Select, type FormInstance } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OfferedTemplate } from '../../api/types.gen.js';
import type { ActValues } from './act.js';

interface Props {
  templates: readonly OfferedTemplate[];
  form: FormInstance<ActValues>;
}

/** Her own words, or a template's: what she typed gives way only when she says so. */
export function RemarkField({ templates, form }: Props) {
  const { t } = useTranslation(['workbench', 'shell']);
  const { modal } = App.useApp();
  const take = (code: string) => {
    const { text } = templates.find((template) => template.code === code)!;
    const fill = () => form.setFieldValue('text', text);
    const typed = (form.getFieldValue('text') as string | undefined)?.trim();
    if (!typed || templates.some((template) => template.text === typed)) return fill();
    void modal.confirm({
      title: t('template.replace'),
      content: typed,
      okText: t('template.yes'),
      cancelText: t('template.no'),
      onOk: fill,
    });
  };
  return (
    <>
      {templates.length > 0 && (
        <Form.Item label={t('template.label')} htmlFor="template">
          <Select<string>
            id="template"
            value={undefined}
            placeholder={t('template.placeholder')}
            options={templates.map(({ code, name }) => ({ value: code, label: name }))}
            onSelect={take}
          />
        </Form.Item>
      )}
      <Form.Item name="text" label={t('field.text')} extra={t('field.textHint')}>
        <Input.TextArea rows={4} maxLength={400} showCount />
      </Form.Item>
    </>
  );
}
