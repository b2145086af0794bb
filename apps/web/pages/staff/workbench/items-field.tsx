import { Checkbox, Form } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OfferedItem } from '../../api/types.gen.js';

/** What the applicant is asked for: materials, and fields of the form. */
export function ItemsField({ items }: { items: readonly OfferedItem[] }) {
  const { t } = useTranslation('workbench');
  return (
    <Form.Item name="items" label={t('field.items')} rules={[{ validator: atLeastOne(t('needsItems')) }]}>
      <Checkbox.Group className="items">
        {(['material', 'field'] as const).map((kind) => (
          <fieldset key={kind}>
            <legend>{t(`item.${kind}`)}</legend>
            {items
              .filter((item) => item.kind === kind)
              .map(({ code, name }) => (
                <Checkbox key={code} value={code}>
                  {name}
                </Checkbox>
              ))}
          </fieldset>
        ))}
      </Checkbox.Group>
    </Form.Item>
  );
}

/** As a rule of its own: a group of boxes may not be marked as required. */
const atLeastOne = (message: string) => (_: unknown, chosen?: string[]) =>
  chosen && chosen.length > 0 ? Promise.resolve() : Promise.reject(new Error(message));
