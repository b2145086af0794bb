import { Descriptions, type DescriptionsProps } from 'antd';
import { useTranslation } from 'react-i18next';
import type { JobInFull } from '../../api/types.gen.js';
import { shanghaiTime } from '../shell/dates.js';
import { Amended } from './amended.js';
import { Disclosure } from './disclosure.js';
import type { Workplace } from './own-provider.js';

interface Props {
  workplace: Workplace;
  found: JobInFull;
  amended: readonly string[];
}

/** The request as the utility may know it. */
export function Dossier({ workplace, found, amended }: Props) {
  const { t } = useTranslation('workbench');
  const { desired, claimedBy, reference } = found.job;
  const { applicant, agent, address, registeredAt } = desired.dossier;
  const place = [address.text, address.estate, address.building, address.unit, address.room].filter(Boolean);
  const row = (key: string, label: string, value: string | null | undefined, part = key) =>
    value ? [{ key, label, children: <Amended is={amended.includes(part)}>{value}</Amended> }] : [];
  const items: DescriptionsProps['items'] = [
    ...row('applicant', t('dossier.applicant'), applicant.name),
    ...row('applicantNumber', t('dossier.number'), applicant.documentNumber, 'applicant'),
    ...row('applicantPhone', t('dossier.phone'), applicant.phone, 'applicant'),
    ...row('agent', t('dossier.agent'), agent?.name),
    ...row('agentNumber', t('dossier.agentNumber'), agent?.documentNumber, 'agent'),
    ...row('agentPhone', t('dossier.agentPhone'), agent?.phone, 'agent'),
    ...row('address', t('dossier.address'), place.join(' ')),
    ...found.shown.fields.flatMap(({ code, name, value }) => row(`fields.${code}`, name, value)),
    ...row('registeredAt', t('dossier.registeredAt'), shanghaiTime(registeredAt)),
    ...row('promisedDate', t('dossier.promisedDate'), desired.promisedDate),
    ...row('claimedBy', t('column.officer'), claimedBy ?? t('nobody')),
    ...row('reference', t('dossier.reference'), reference),
  ];
  const hasNumber = Boolean(applicant.documentNumber ?? agent?.documentNumber);
  return (
    <section aria-labelledby="dossier-title">
      <h2 id="dossier-title">{t('dossier.title')}</h2>
      <Descriptions bordered size="small" column={1} items={items} />
      {hasNumber && <Disclosure utility={workplace.utility} requestId={desired.requestId} />}
    </section>
  );
}
