import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Drawer, Form, Input, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { answerRequests } from '../../api/sdk.gen.js';
import type { AnswerForm } from '../../api/types.gen.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import type { Utility } from './draft.js';

interface Correction {
  utility: Utility;
  id: string;
  deadline: string;
  asked: { code: string; name: string }[];
}

interface Props {
  receipt: string;
  correction: Correction;
  onClose: () => void;
}

/** What was supplied of one item: a material by its way, a field by its value, anything else as done. */
type Supplied = Record<string, { method?: string; value?: string; isDone?: boolean }>;

const kindOf = (code: string) =>
  code.startsWith('fields.') ? 'field' : /^[A-Z_]+$/.test(code) ? 'material' : 'other';

/** Answers what a provider asked for; in parts, if not all is there yet. */
export function CorrectionDrawer({ receipt, correction, onClose }: Props) {
  const { t } = useTranslation('counter');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { id, utility, deadline, asked } = correction;
  const answer = useMutation({
    mutationFn: (supplied: Supplied) =>
      answerRequests({ path: { receipt, id }, body: toAnswer(asked, supplied) }),
    onSuccess: () => {
      void message.success(t('correction.sent'));
      void queries.invalidateQueries({ queryKey: ['request', receipt] });
      onClose();
    },
  });
  return (
    <Drawer
      open
      size="large"
      title={t('correction.title', { utility: t(`utility.${utility}`) })}
      onClose={onClose}
    >
      <Alert type="info" title={t('correction.meaning', { date: deadline })} />
      <Form<Supplied>
        layout="vertical"
        className="amend-form"
        onFinish={(supplied) => answer.mutate(supplied)}
      >
        {asked.map(({ code, name }) => (
          <Item key={code} code={code} name={name} />
        ))}
        {answer.error && <ProblemAlert error={answer.error} />}
        <Button type="primary" htmlType="submit" loading={answer.isPending}>
          {t('correction.do')}
        </Button>
      </Form>
    </Drawer>
  );
}

function Item({ code, name }: { code: string; name: string }) {
  const { t } = useTranslation('counter');
  const kind = kindOf(code);
  if (kind === 'field')
    return (
      <Form.Item name={[code, 'value']} label={name}>
        <Input maxLength={200} />
      </Form.Item>
    );
  if (kind === 'other')
    return (
      <Form.Item name={[code, 'isDone']} valuePropName="checked">
        <Checkbox>{name}</Checkbox>
      </Form.Item>
    );
  return (
    <Form.Item name={[code, 'method']} label={name}>
      <Radio.Group
        options={(['paper', 'e-licence', 'data-share'] as const).map((method) => ({
          value: method,
          label: t(`method.${method}`),
        }))}
      />
    </Form.Item>
  );
}

function toAnswer(asked: Correction['asked'], supplied: Supplied): AnswerForm {
  const of = (code: string) => supplied[code] ?? {};
  const codes = asked.map(({ code }) => code);
  return {
    fields: Object.fromEntries(
      codes.filter((code) => of(code).value).map((code) => [code.replace(/^fields\./, ''), of(code).value]),
    ),
    materials: codes
      .filter((code) => of(code).method)
      .map((code) => ({ code, method: of(code).method as 'paper' })),
    confirmed: codes.filter((code) => of(code).isDone),
  };
}
