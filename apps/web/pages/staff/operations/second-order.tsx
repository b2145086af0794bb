import { useTranslation } from 'react-i18next';
import type { SecondOrderShown } from '../../api/types.gen.js';
import { shanghaiTime } from '../shell/dates.js';

/** What becomes of an order that a provider made once too often. */
export function SecondOrder({ second }: { second: SecondOrderShown }) {
  const { t } = useTranslation('operations');
  const { reference, state, at, reason, lastError } = second;
  const time = at ? shanghaiTime(at) : '';
  const why = [reason, lastError].filter(Boolean).join(' ');
  return (
    <div>
      {t(`second.${state}`, { reference, time })}
      {why && ` ${t('second.because', { why })}`}
    </div>
  );
}
