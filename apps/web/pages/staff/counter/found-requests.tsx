import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { FoundRequest } from '../../api/types.gen.js';
import { shanghaiTime } from '../shell/dates.js';

/** What was found of what a clerk looked for. */
export function FoundRequests({ requests }: { requests: FoundRequest[] | undefined }) {
  const { t } = useTranslation('counter');
  return (
    <Table<FoundRequest>
      size="middle"
      rowKey="receiptNumber"
      loading={!requests}
      dataSource={requests ?? []}
      pagination={false}
      scroll={{ x: 800 }}
      locale={{ emptyText: t('requests.nothingFound') }}
      columns={[
        {
          title: t('requests.number'),
          render: (_, { receiptNumber }) => (
            <Link to={`/counter/requests/${receiptNumber}`}>{receiptNumber}</Link>
          ),
        },
        { title: t('requests.applicant'), dataIndex: 'applicant' },
        { title: t('person.phone'), dataIndex: 'phone' },
        { title: t('address.title'), dataIndex: 'address' },
        { title: t('requests.matter'), dataIndex: 'matterName' },
        { title: t('requests.registered'), render: (_, { registeredAt }) => shanghaiTime(registeredAt) },
      ]}
    />
  );
}
