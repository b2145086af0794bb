import { Card, Empty, Flex, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { FoundRequest } from '../../api/types.gen.js';
import { shanghaiTime } from '../shell/dates.js';

/** What was found of what a clerk looked for. */
export function FoundRequests({ requests }: { requests: FoundRequest[] | undefined }) {
  const { t } = useTranslation('counter');
  if (!requests) return <Skeleton active />;
  if (requests.length === 0) return <Empty description={t('requests.nothingFound')} />;
  return (
    <Flex vertical gap="small">
      {requests.map(({ receiptNumber, applicant, phone, address, matterName, registeredAt }) => (
        <Card key={receiptNumber} size="small">
          <Link to={`/counter/requests/${receiptNumber}`}>{receiptNumber}</Link> {applicant} {phone}{' '}
          {matterName}
          <div>
            {address}（{t('requests.registered')} {shanghaiTime(registeredAt)}）
          </div>
        </Card>
      ))}
    </Flex>
  );
}
