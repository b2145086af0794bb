import { useQuery } from '@tanstack/react-query';
import { Collapse } from 'antd';
import { useTranslation } from 'react-i18next';
import { ofRequestNotices } from '../../api/sdk.gen.js';
import { dataOf } from '../shell/api.js';

/** What the applicant was told, and whether it arrived. */
export function RequestNotices({ requestId }: { requestId: string }) {
  const { t } = useTranslation('counter');
  const { data } = useQuery({
    queryKey: ['notices', requestId],
    queryFn: () => dataOf(ofRequestNotices({ path: { requestId } })),
  });
  if (!data || data.notices.length === 0) return null;
  return (
    <Collapse
      className="request-notices"
      items={[
        {
          key: 'notices',
          label: t('request.notices', { count: data.notices.length }),
          children: (
            <ul>
              {data.notices.map(({ id, key, shown }) => (
                <li key={id + key}>
                  {shown.subject}：{[shown.state, shown.reason].filter(Boolean).join('，')}
                </li>
              ))}
            </ul>
          ),
        },
      ]}
    />
  );
}
