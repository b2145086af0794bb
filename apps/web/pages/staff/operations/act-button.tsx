import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { isProblem } from '../shell/api.js';

interface Act {
  /** What is asked once, before it is done. */
  question: string;
  /** What it means. */
  meaning: string;
  call: () => Promise<unknown>;
}

/** Asks once, acts, says what came of it in the API's words, and looks again. */
export function useAct(): (act: Act) => void {
  const { t } = useTranslation(['operations', 'shell']);
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const perform = async ({ call }: Act) => {
    try {
      await call();
      void message.success(t('done'));
    } catch (error) {
      void message.error(isProblem(error) ? (error.detail ?? error.title) : t('shell:unreachable'));
    }
    await queries.invalidateQueries({ queryKey: ['operations'] });
  };
  return (act) =>
    void modal.confirm({
      title: act.question,
      content: act.meaning,
      okText: t('yes'),
      cancelText: t('shell:cancel'),
      onOk: () => perform(act),
    });
}
