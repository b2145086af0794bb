import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Flex, Form, Input, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { importCalendar } from '../../api/sdk.gen.js';
import { dataOf } from '../shell/api.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { ActButton } from './act-button.js';
import { SERVICES } from './services.js';

interface Values {
  year: number;
  off: string;
  makeUp?: string;
}

const daysIn = (text = ''): string[] => text.split(/[\s,，、;；]+/).filter(Boolean);
const noticeOf = ({ year, off, makeUp }: Values) => ({ year, off: daysIn(off), makeUp: daysIn(makeUp) });

/** Routing last: it counts the promises anew, and by then nobody promises by the days before. */
const ORDER = SERVICES.toSorted((one, other) => Number(one === 'routing') - Number(other === 'routing'));

/** A year's notice of the State Council: what it would change is shown before it is taken to every service. */
export function NoticeImport() {
  const { t } = useTranslation('operations');
  const [form] = Form.useForm<Values>();
  const check = useMutation({
    mutationFn: (values: Values) =>
      dataOf(importCalendar({ path: { service: 'intake' }, body: { ...noticeOf(values), checkOnly: true } })),
  });
  const importEverywhere = async (notice: ReturnType<typeof noticeOf>) => {
    for (const service of ORDER) await importCalendar({ path: { service }, body: notice });
    check.reset();
    form.resetFields();
  };
  const checked = check.data && check.variables;
  return (
    <section aria-labelledby="import-title">
      <h2 id="import-title">{t('calendar.import')}</h2>
      <Form<Values>
        form={form}
        layout="vertical"
        onValuesChange={() => check.reset()}
        onFinish={(values) => check.mutate(values)}
      >
        <Form.Item
          name="year"
          label={t('calendar.year')}
          rules={[{ required: true, message: t('required') }]}
        >
          <InputNumber min={2026} max={2100} />
        </Form.Item>
        <Form.Item
          name="off"
          label={t('calendar.off')}
          extra={t('calendar.offForm')}
          rules={[{ required: true, message: t('required') }]}
        >
          <Input.TextArea rows={2} maxLength={2_000} />
        </Form.Item>
        <Form.Item name="makeUp" label={t('calendar.makeUp')}>
          <Input maxLength={1_000} />
        </Form.Item>
        <Button htmlType="submit" loading={check.isPending}>
          {t('calendar.check')}
        </Button>
      </Form>
      {check.error && <Refused error={check.error} />}
      {check.data && checked && (
        <Alert
          type="info"
          className="difference"
          title={t('calendar.difference', { year: checked.year })}
          description={
            <>
              <p>{t('calendar.nowOff', { days: check.data.off.join(' ') || t('calendar.none') })}</p>
              <p>{t('calendar.nowWorked', { days: check.data.worked.join(' ') || t('calendar.none') })}</p>
              <Flex>
                <ActButton
                  type="primary"
                  size="middle"
                  label={t('calendar.act')}
                  question={t('calendar.question', { year: checked.year })}
                  meaning={t('calendar.meaning')}
                  call={() => importEverywhere(noticeOf(checked))}
                />
              </Flex>
            </>
          }
        />
      )}
    </section>
  );
}

/** The API names each mistake. */
function Refused({ error }: { error: unknown }) {
  const errors = (error as { errors?: { detail: string }[] }).errors ?? [];
  return (
    <>
      <ProblemAlert error={error} />
      <ul>
        {errors.map(({ detail }, place) => (
          <li key={place}>{detail}</li>
        ))}
      </ul>
    </>
  );
}
