import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { readDay } from './read-day.js';

interface Props {
  id?: string;
  value?: string;
  onChange?: (day: string) => void;
}

/** A day that is typed: a picker loses what is typed in another form. */
export function DayInput({ id, value, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Input
      id={id}
      value={value}
      inputMode="numeric"
      maxLength={12}
      placeholder={t('dayForm')}
      onChange={({ target }) => onChange?.(target.value)}
      onBlur={({ target }) => onChange?.(readDay(target.value))}
    />
  );
}
