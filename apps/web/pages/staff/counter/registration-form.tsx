import { useQuery } from '@tanstack/react-query';
import { Form } from 'antd';
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { checkCounter } from '../../api/sdk.gen.js';
import type { CheckedDraft, CounterOptions, ListMattersResponses } from '../../api/types.gen.js';
import { dataOf, isProblem, isTransient, Unreachable } from '../shell/api.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { AddressSection } from './address-section.js';
import { errorsByField, materialsFor, toBody, type DraftValues, type FieldPath } from './draft.js';
import { saveDraft, type Draft } from './draft-store.js';
import { MaterialsSection } from './materials-section.js';
import { MatterSection } from './matter-section.js';
import { PartsSection } from './parts-section.js';
import { PersonSection } from './person-section.js';
import { matterQuery } from './queries.js';
import { sendDraft } from './send-draft.js';
import { SummaryPanel } from './summary-panel.js';
import './registration.css';

interface Props {
  draft: Draft;
  matters: ListMattersResponses[200]['matters'];
  options: CounterOptions;
}

/** Long enough that a check follows a word and not a key. */
const CHECK_AFTER_MS = 400;
const SEND_AGAIN_AFTER_MS = 5_000;

/** The whole registration on one screen: matter, people, address, parts, materials, and what would come of it. */
export function RegistrationForm({ draft, matters, options }: Props) {
  const { t } = useTranslation('counter');
  const navigate = useNavigate();
  const [form] = Form.useForm<DraftValues>();
  const [shape, setShape] = useState(() => shapeOf(draft.values));
  const [checked, setChecked] = useState<CheckedDraft>();
  const [decided, setDecided] = useState<string>();
  const [submission, setSubmission] = useState<{ isSending: boolean; error?: unknown }>({
    isSending: draft.sending !== undefined,
    ...(draft.sending && { error: new Unreachable() }),
  });
  const wasSubmitted = useRef(false);
  const kept = useRef(draft);
  const matter = useQuery(matterQuery(shape.matter, shape.district)).data;
  const needed = materialsFor(matter, shape);

  const values = useCallback(() => form.getFieldsValue(true) as DraftValues, [form]);
  const body = useCallback(
    (providers: readonly string[]) => toBody(values(), materialsFor(matter, values()), providers),
    [matter, values],
  );

  const showErrors = useCallback(
    (found: Pick<CheckedDraft, 'errors'>) => {
      const errors = errorsByField(found, values(), materialsFor(matter, values()));
      const isShown = (path: FieldPath) => wasSubmitted.current || form.isFieldTouched(path);
      const wrong = form.getFieldsError().filter(({ errors: texts }) => texts.length > 0);
      form.setFields([
        ...wrong.map(({ name }) => ({ name: name as never, errors: [] })),
        ...[...errors.values()]
          .filter(({ path }) => isShown(path))
          .map(({ path, texts }) => ({ name: path as never, errors: texts })),
      ]);
    },
    [form, matter, values],
  );

  const check = useCallback(async (): Promise<CheckedDraft> => {
    const judge = () =>
      dataOf(checkCounter({ body: { draft: { ...body(providersOf(checkedNow.current)) } } }));
    const agreedTo = providersOf(checkedNow.current).join();
    checkedNow.current = await judge();
    // Consent is to the providers that are known only now.
    if (providersOf(checkedNow.current).join() !== agreedTo) checkedNow.current = await judge();
    setChecked(checkedNow.current);
    showErrors(checkedNow.current);
    return checkedNow.current;
  }, [body, showErrors]);
  const checkedNow = useRef<CheckedDraft>(undefined);

  const checkTimer = useRef<number>(undefined);
  const saveKept = useSaving(kept);
  const onChange = (): void => {
    const now = values();
    setShape((before) => sameOr(before, shapeOf(now)));
    kept.current = { ...kept.current, values: now };
    void saveKept();
    checkSoon();
  };
  const checkSoon = useCallback((): void => {
    window.clearTimeout(checkTimer.current);
    // Without an answer the clerk types on; registering judges all of it again.
    checkTimer.current = window.setTimeout(() => void check().catch(() => undefined), CHECK_AFTER_MS);
  }, [check]);
  useEffect(() => {
    if (shape.matter) checkSoon();
  }, [matter, shape.matter, checkSoon]);
  useEffect(() => () => window.clearTimeout(checkTimer.current), []);

  const send = useCallback(async (): Promise<void> => {
    setSubmission({ isSending: true });
    try {
      const receipt = await sendDraft(kept.current, body(providersOf(checkedNow.current)));
      await navigate(`/counter/receipts/${receipt.receiptNumber}`);
    } catch (error) {
      const sent = kept.current.sending ?? body(providersOf(checkedNow.current));
      kept.current = { ...kept.current, sending: isTransient(error) ? sent : undefined };
      if (isProblem(error) && error.errors) showErrors({ errors: error.errors });
      setSubmission({ isSending: kept.current.sending !== undefined, error });
    }
  }, [body, navigate, showErrors]);

  const submit = async (): Promise<void> => {
    wasSubmitted.current = true;
    const found = await check().catch((error: unknown) => {
      setSubmission({ isSending: false, error });
    });
    // Away: what has been judged before may be sent; the service judges it again.
    const judged = found ?? checkedNow.current;
    if (!judged || judged.errors.length > 0) return focusFirst(form, judged);
    if (judged.duplicates.length > 0 && decided !== digestOf(judged)) return focusDuplicates();
    await send();
  };

  useSendAgain(submission.isSending && submission.error !== undefined, send);

  const isFrozen = submission.isSending;
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={{ ...INITIAL, ...draft.values }}
      disabled={isFrozen}
      onValuesChange={onChange}
      onFinish={() => void submit()}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
      }}
      scrollToFirstError
      className="registration"
      aria-label={t('register.title')}
    >
      <div className="registration-fields">
        <MatterSection matters={matters} matter={matter} shape={shape} form={form} onChange={onChange} />
        <PersonSection who="applicant" kind={shape.kind ?? 'person'} documents={options.documents} />
        {shape.hasAgent && <PersonSection who="agent" kind="person" documents={options.documents} />}
        <AddressSection districts={options.districts} utilities={shape.utilities ?? []} />
        <PartsSection matter={matter} utilities={shape.utilities ?? []} />
        <MaterialsSection needed={needed} form={form} onChange={onChange} />
      </div>
      <SummaryPanel
        checked={checked}
        isSending={isFrozen}
        hasTried={wasSubmitted.current}
        decided={checked !== undefined && decided === digestOf(checked)}
        onDecide={() => checked && setDecided(digestOf(checked))}
      >
        {submission.error !== undefined && (
          <ProblemAlert error={submission.error} {...(isFrozen && { onRetry: () => void send() })} />
        )}
        {isFrozen && submission.error !== undefined && <p role="status">{t('register.keptAndSentAgain')}</p>}
      </SummaryPanel>
    </Form>
  );
}

const INITIAL: DraftValues = {
  language: 'zh-CN',
  kind: 'person',
  hasAgent: false,
  applicant: { documentType: 'resident-id' },
  agent: { documentType: 'resident-id' },
};

/** What of the values decides which fields there are. */
export type Shape = Pick<DraftValues, 'matter' | 'utilities' | 'kind' | 'hasAgent'> & { district?: string };

const shapeOf = (values: DraftValues): Shape => {
  const { matter, utilities, kind, hasAgent, address } = { ...INITIAL, ...values };
  return { matter, utilities, kind, hasAgent, district: address?.district };
};

/** The one before where nothing differs, so that typing draws nothing anew. */
const sameOr = (before: Shape, after: Shape): Shape =>
  JSON.stringify(before) === JSON.stringify(after) ? before : after;

const providersOf = (checked: CheckedDraft | undefined): string[] =>
  checked?.parts.map(({ provider }) => provider.id) ?? [];

const digestOf = ({ duplicates }: CheckedDraft): string =>
  duplicates.map(({ receiptNumber, registeredAt }) => `${receiptNumber}${registeredAt}`).join();

function focusFirst(
  form: ReturnType<typeof Form.useForm<DraftValues>>[0],
  judged: CheckedDraft | undefined,
): void {
  const [first] = judged ? form.getFieldsError().filter(({ errors }) => errors.length > 0) : [];
  if (first) form.focusField(first.name as never);
}

const focusDuplicates = (): void => document.getElementById('duplicates')?.focus();

/** Saves each change at once, the newest alone where several come while one is being saved. */
function useSaving(kept: RefObject<Draft>): () => Promise<void> {
  const saving = useRef<'none' | 'under-way' | 'again'>('none');
  return async () => {
    if (saving.current !== 'none') return void (saving.current = 'again');
    do {
      saving.current = 'under-way';
      await saveDraft(kept.current);
    } while ((saving.current as string) === 'again');
    saving.current = 'none';
  };
}

/** Tries again from time to time, and when the network is back, what may have arrived. */
function useSendAgain(isWaiting: boolean, send: () => Promise<void>): void {
  useEffect(() => {
    if (!isWaiting) return undefined;
    const again = () => void send();
    const timer = window.setTimeout(again, SEND_AGAIN_AFTER_MS);
    window.addEventListener('online', again);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener('online', again);
    };
  }, [isWaiting, send]);
}
