import { useQueryClient } from '@tanstack/react-query';
import { App, Button, type ButtonProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { isProblem } from '../shell/api.js';

interface Props extends Pick<ButtonProps, 'danger' | 'type' | 'size'> {
  label: string;
  /** What is asked once, before it is done. */
  question: string;
  /** What it means. */
  meaning: string;
  call: () => Promise<unknown>;
}

/** Asks once, acts, says what came of it in the API's words, and looks again. */
export function ActButton({ label, question, meaning, call, size = 'small', ...looks }: Props) {
  const { t } = useTranslation(['operations', 'shell']);
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const perform = async () => {
    try {
      await call();
      void message.success(t('done'));
    } catch (error) {
      void message.error(isProblem(error) ? (error.detail ?? error.title) : t('shell:unreachable'));
    }
    await queries.invalidateQueries({ queryKey: ['operations'] });
  };
  const ask = () =>
    modal.confirm({
      title: question,
      content: meaning,
      okText: t('yes'),
      cancelText: t('shell:cancel'),
      onOk: perform,
    });
  return (
    <Button size={size} {...looks} onClick={() => void ask()}>
      {label}
    </Button>
  );
}
