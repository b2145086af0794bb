import { useQuery } from '@tanstack/react-query';
import { Button, Flex } from 'antd';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { encode } from 'uqr';
import { receiptLink } from '../../receipt-link.js';
import { shanghaiTime } from '../shell/dates.js';
import { loadLanguage } from '../shell/language.js';
import { findReceipt, type KeptReceipt } from './receipts.js';
import './receipt.css';

/** The receipt that the applicant takes home, on A5. */
export default function ReceiptPage() {
  const { t } = useTranslation('counter');
  const { receipt: number } = useParams();
  const kept = findReceipt(number!);
  if (!kept)
    return (
      <>
        <p role="alert">{t('receipt.codeNotKept')}</p>
        <Link to={`/counter/requests/${number}`}>{t('receipt.toRequest')}</Link>
      </>
    );
  return (
    <>
      <Flex gap="small" className="no-print receipt-acts" align="center" wrap>
        <Button type="primary" autoFocus onClick={() => window.print()}>
          {t('receipt.print')}
        </Button>
        <Link to="/counter">{t('register.new')}</Link>
        <Link to={`/counter/requests/${number}`}>{t('receipt.toRequest')}</Link>
        <span role="status">{kept.receipt.textsNote ?? t('receipt.textSent')}</span>
      </Flex>
      <ReceiptPaper kept={kept} />
    </>
  );
}

/** In the applicant's language, whatever the clerk's is. */
function ReceiptPaper({ kept: { receipt, language } }: { kept: KeptReceipt }) {
  const loaded = useQuery({ queryKey: ['texts', language], queryFn: () => loadLanguage(language) });
  if (!loaded.data) return null;
  const t = i18next.getFixedT(loaded.data, 'counter');
  const { receiptNumber, queryCode, matterName, registeredAt, parts, missing } = receipt;
  return (
    <article className="receipt" lang={language}>
      <h1>{t('receipt.title')}</h1>
      <div className="receipt-head">
        <dl>
          <dt>{t('receipt.matter')}</dt>
          <dd>{matterName}</dd>
          <dt>{t('receipt.number')}</dt>
          <dd>{receiptNumber}</dd>
          <dt>{t('receipt.code')}</dt>
          <dd className="receipt-code">{queryCode}</dd>
          <dt>{t('receipt.registeredAt')}</dt>
          <dd>{shanghaiTime(registeredAt)}</dd>
        </dl>
        <QrCode
          text={receiptLink(window.location.origin, receiptNumber, queryCode)}
          label={t('receipt.qr')}
        />
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('receipt.utility')}</th>
            <th scope="col">{t('receipt.provider')}</th>
            <th scope="col">{t('receipt.promised')}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ utility, provider, promisedDate, provisional }) => (
            <tr key={utility}>
              <td>{t(`utility.${utility}`)}</td>
              <td>{provider.name}</td>
              <td>
                {promisedDate} {provisional && <small>{provisional}</small>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {missing.length > 0 && (
        <>
          <h2>{t('receipt.missing')}</h2>
          <ul>
            {missing.map(({ code, utility, name, promisedBy }) => (
              <li key={code + utility}>
                {t('materials.ofUtility', { name, utility: t(`utility.${utility}`) })}
                {t('receipt.until', { date: promisedBy })}
              </li>
            ))}
          </ul>
        </>
      )}
      <p>{t('receipt.howToLook', { address: `${window.location.origin}/applicant/` })}</p>
    </article>
  );
}

/** A QR code as a drawing, dark on light with the margin that readers need. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 4 });
  const path = data
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('');
  return (
    <svg
      className="receipt-qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
