import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { amendRequests } from '../../api/sdk.gen.js';
import { isProblem } from '../shell/api.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { hasEnded } from './has-ended.js';
import { PartsSection } from './parts-section.js';
import { matterQuery } from './queries.js';
import type { RequestInFull } from './request-page.js';

interface Props {
  request: RequestInFull;
  onClose: () => void;
}

interface Values {
  applicant: { name: string; phone: string };
  address: Record<'text' | 'estate' | 'building' | 'unit' | 'room', string | undefined>;
  parts: Record<string, { fields: Record<string, unknown> }>;
}

/** Amends what was registered; the providers are told of it as a correction of their job. */
export function AmendDrawer({ request, onClose }: Props) {
  const { t } = useTranslation('counter');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const matter = useQuery(matterQuery(request.matter, request.address.district)).data;
  const running = request.parts.filter(({ state }) => !hasEnded(state)).map(({ utility }) => utility);
  const { applicant, address, parts, receiptNumber, version } = request;
  const amend = useMutation({
    mutationFn: (values: Values) =>
      amendRequests({ path: { receipt: receiptNumber }, body: { version, ...patchOf(values) } }),
    onSuccess: () => {
      void message.success(t('amend.asked'));
      void queries.invalidateQueries({ queryKey: ['request', receiptNumber] });
      onClose();
    },
    onError: (error) => {
      if (!isProblem(error) || !error.errors) return;
      form.setFields(
        error.errors.map(({ pointer, detail }) => ({
          name: pointer.split('/').slice(1) as never,
          errors: [detail],
        })),
      );
    },
  });
  return (
    <Drawer open size="large" title={t('amend.title')} onClose={onClose} destroyOnHidden>
      <Alert type="info" title={t('amend.meaning')} />
      <Form<Values>
        form={form}
        layout="vertical"
        className="amend-form"
        initialValues={{
          applicant,
          address,
          parts: Object.fromEntries(parts.map(({ utility, fields }) => [utility, { fields }])),
        }}
        onFinish={(values) => amend.mutate(values)}
      >
        <Form.Item name={['applicant', 'name']} label={t('person.name')}>
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item name={['applicant', 'phone']} label={t('person.phone')}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name={['address', 'text']} label={t('address.text')}>
          <Input maxLength={200} />
        </Form.Item>
        {(['estate', 'building', 'unit', 'room'] as const).map((part) => (
          <Form.Item key={part} name={['address', part]} label={t(`address.${part}`)}>
            <Input maxLength={50} />
          </Form.Item>
        ))}
        <PartsSection matter={matter} utilities={running} />
        {amend.error && <ProblemAlert error={amend.error} />}
        <Button type="primary" htmlType="submit" loading={amend.isPending}>
          {t('amend.do')}
        </Button>
      </Form>
    </Drawer>
  );
}

/** What was emptied is removed (RFC 7396). */
const emptied = (values: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value === undefined || value === '' ? null : value]),
  );

const patchOf = ({ applicant, address, parts = {} }: Values) => ({
  applicant,
  address: emptied(address),
  parts: Object.fromEntries(
    Object.entries(parts).map(([utility, { fields }]) => [utility, { fields: emptied(fields) }]),
  ),
});
