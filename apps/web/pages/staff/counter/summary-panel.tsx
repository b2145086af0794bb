import { Alert, Button, Checkbox, Flex, Form, Spin } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CheckedDraft } from '../../api/types.gen.js';
import { Duplicates } from './duplicates.js';

interface Props {
  checked: CheckedDraft | undefined;
  isSending: boolean;
  hasTried: boolean;
  decided: boolean;
  onDecide: () => void;
  children: ReactNode;
}

/** What would come of the draft: who does each part by when, what it may repeat, what is missing, consent, and the button. */
export function SummaryPanel({ checked, isSending, hasTried, decided, onDecide, children }: Props) {
  const { t } = useTranslation('counter');
  const parts = checked?.parts ?? [];
  return (
    <aside className="registration-summary" aria-label={t('summary.title')}>
      <h2>{t('summary.title')}</h2>
      {parts.length === 0 ? (
        <p>{t('summary.notYet')}</p>
      ) : (
        <table className="promises">
          <tbody>
            {parts.map(({ utility, provider, promisedDate, provisional }) => (
              <tr key={utility}>
                <th scope="row">{t(`utility.${utility}`)}</th>
                <td>
                  {provider.name}
                  <br />
                  {t('summary.by', { date: promisedDate })}
                  {provisional && <small> {provisional}</small>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {checked && checked.duplicates.length > 0 && (
        <Duplicates duplicates={checked.duplicates} decided={decided} onDecide={onDecide} />
      )}
      <Form.Item name="consented" valuePropName="checked" hidden={parts.length === 0}>
        <Checkbox>
          {t('summary.consent', {
            providers: parts.map(({ provider }) => provider.name).join(t('summary.and')),
          })}
        </Checkbox>
      </Form.Item>
      {hasTried && checked && checked.errors.length > 0 && (
        <Alert
          type="error"
          role="alert"
          title={t('summary.errors', { count: checked.errors.length })}
          description={
            <ul>
              {checked.errors.map(({ pointer, detail }) => (
                <li key={pointer + detail}>{detail}</li>
              ))}
            </ul>
          }
        />
      )}
      {children}
      <Flex align="center" gap="small" wrap>
        <Button type="primary" size="large" htmlType="submit" disabled={isSending}>
          {t('register.submit')}
        </Button>
        {isSending && <Spin size="small" />}
        <small className="registration-shortcut">{t('register.shortcut')}</small>
      </Flex>
    </aside>
  );
}
