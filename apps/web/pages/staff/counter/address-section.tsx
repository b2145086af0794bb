import { Form, Input, Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { DistrictOption } from '../../api/types.gen.js';
import type { Utility } from './draft.js';
import { closeness, fitsPinyin } from './pinyin.js';

interface Props {
  districts: DistrictOption[];
  utilities: readonly Utility[];
}

/** Where it is; the district is found by its name, its Pinyin or first letters. */
export function AddressSection({ districts, utilities }: Props) {
  const { t } = useTranslation('counter');
  const options = useMemo(
    () =>
      districts
        .filter((district) => utilities.every((utility) => district.utilities.includes(utility)))
        .map(({ code, name, city, pinyin }) => ({ value: code, label: `${city} · ${name}`, pinyin })),
    [districts, utilities],
  );
  return (
    <fieldset>
      <legend>{t('address.title')}</legend>
      <div className="registration-row">
        <Form.Item name={['address', 'district']} label={t('address.district')} required>
          <Select
            placeholder={t('address.districtHint')}
            options={options}
            showSearch={{
              filterOption: (typed, option) =>
                option !== undefined && fitsPinyin({ name: option.label, pinyin: option.pinyin }, typed),
              filterSort: (a, b, { searchValue }) =>
                closeness(a.pinyin, searchValue) - closeness(b.pinyin, searchValue),
            }}
          />
        </Form.Item>
        <Form.Item
          name={['address', 'text']}
          label={t('address.text')}
          required
          className="registration-wide"
        >
          <Input autoComplete="off" maxLength={200} />
        </Form.Item>
      </div>
      <div className="registration-row">
        {(['estate', 'building', 'unit', 'room'] as const).map((part) => (
          <Form.Item key={part} name={['address', part]} label={t(`address.${part}`)}>
            <Input autoComplete="off" maxLength={50} />
          </Form.Item>
        ))}
      </div>
    </fieldset>
  );
}
