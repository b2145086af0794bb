import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { findRequests, reissueRequests } from '../../api/sdk.gen.js';
import { dataOf, isProblem } from '../shell/api.js';
import { keepReceipt } from './receipts.js';
import type { RequestInFull } from './request-page.js';

/** A new query code for who lost his, with a receipt to print; asked once, because the previous code stops working. */
export function ReissueButton({ request }: { request: RequestInFull }) {
  const { t } = useTranslation('counter');
  const { modal, message } = App.useApp();
  const navigate = useNavigate();
  const reissue = useMutation({
    mutationFn: async () => {
      const { receiptNumber: receipt, language } = request;
      const path = { receipt };
      // It is printed in the applicant's language.
      const { matterName, registeredAt, missing, parts } = await dataOf(
        findRequests({ path, headers: { 'accept-language': language } }),
      );
      const identity = await dataOf(reissueRequests({ path }));
      keepReceipt({ receipt: { ...identity, matterName, registeredAt, missing, parts }, language });
    },
    onSuccess: () => navigate(`/counter/receipts/${request.receiptNumber}`),
    onError: (error) =>
      void message.error(
        isProblem(error) ? (error.detail ?? error.title) : t('unreachable', { ns: 'shell' }),
      ),
  });
  const ask = () =>
    modal.confirm({
      title: t('reissue.title'),
      content: t('reissue.meaning'),
      okText: t('reissue.do'),
      cancelText: t('cancel', { ns: 'shell' }),
      onOk: () => reissue.mutateAsync().catch(() => undefined),
    });
  return <Button onClick={() => void ask()}>{t('reissue.button')}</Button>;
}
