import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OfferedProvider } from '../../api/types.gen.js';

/** Whose job it is; who is responsible at the address stands first. */
export function ProviderField({ providers }: { providers: readonly OfferedProvider[] }) {
  const { t } = useTranslation('workbench');
  return (
    <Form.Item
      name="provider"
      label={t('field.provider')}
      rules={[{ required: true, message: t('required') }]}
    >
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        options={providers.map(({ code, name, isResponsible }) => ({
          value: code,
          label: isResponsible ? t('field.responsible', { provider: name }) : name,
        }))}
      />
    </Form.Item>
  );
}
