import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { PossibleDuplicate } from '../../api/types.gen.js';
import { shanghaiTime } from '../shell/dates.js';

interface Props {
  duplicates: PossibleDuplicate[];
  decided: boolean;
  onDecide: () => void;
}

/** Open requests that this one may repeat; the clerk says that it does not, or opens one. */
export function Duplicates({ duplicates, decided, onDecide }: Props) {
  const { t } = useTranslation('counter');
  return (
    <div id="duplicates" tabIndex={-1} className="duplicates">
      <Alert
        type="warning"
        role="alert"
        title={t('duplicates.title', { count: duplicates.length })}
        description={
          <>
            <ul>
              {duplicates.map(({ receiptNumber, matterName, applicant, address, registeredAt, same }) => (
                <li key={registeredAt + matterName}>
                  {receiptNumber ? (
                    <Link to={`/counter/requests/${receiptNumber}`} target="_blank">
                      {receiptNumber}
                    </Link>
                  ) : (
                    t('duplicates.otherHall')
                  )}{' '}
                  {matterName} {applicant} {address} {shanghaiTime(registeredAt)}（
                  {same.map((what) => t(`duplicates.${what}`)).join(' / ')}）
                </li>
              ))}
            </ul>
            {decided ? (
              <span role="status">{t('duplicates.decided')}</span>
            ) : (
              <Button onClick={onDecide}>{t('duplicates.decide')}</Button>
            )}
          </>
        }
      />
    </div>
  );
}
