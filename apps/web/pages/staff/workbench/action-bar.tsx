import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Flex } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobInFull, OfferedAction } from '../../api/types.gen.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { act, isHandedOn, isPlain, type Action, type ActValues } from './act.js';
import { ActionDrawer } from './action-drawer.js';
import { useGoOn } from './next-job.js';
import type { Workplace } from './own-provider.js';

/** What she may do next and nothing else. */
export function ActionBar({ workplace, found }: { workplace: Workplace; found: JobInFull }) {
  const { t } = useTranslation('workbench');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { requestId } = found.job;
  const goOn = useGoOn(workplace, requestId);
  const [open, setOpen] = useState<OfferedAction>();
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['job', workplace.utility] }),
      queries.invalidateQueries({ queryKey: ['jobs', workplace.utility] }),
    ]);
  const perform = useMutation({
    mutationFn: ({ action, values }: { action: Action; values: ActValues }) =>
      act(workplace.utility, requestId, action, values),
    onSuccess: (_, { action }) => {
      setOpen(undefined);
      void message.success(t(`done.${action}`));
      if (isHandedOn(action)) goOn();
      return refresh();
    },
    // What went wrong is said at once, also where the lists do not answer either.
    onError: () => void refresh(),
  });
  const choose = (offered: OfferedAction) => {
    perform.reset();
    if (isPlain(offered.action)) perform.mutate({ action: offered.action, values: {} });
    else setOpen(offered);
  };
  return (
    <>
      {!open && perform.error && <ProblemAlert error={perform.error} />}
      <Flex gap="small" wrap className="actions" role="group" aria-label={t('actions')}>
        {found.actions.map((offered) => (
          <Button
            key={offered.action}
            type={offered.action === 'claim' ? 'primary' : 'default'}
            danger={offered.action === 'refuse'}
            loading={!open && perform.isPending && perform.variables.action === offered.action}
            onClick={() => choose(offered)}
          >
            {t(`action.${offered.action}`)}
          </Button>
        ))}
        {found.actions.length === 0 && <span>{t('noActions')}</span>}
      </Flex>
      {open && (
        <ActionDrawer
          key={open.action}
          workplace={workplace}
          offered={open}
          isBusy={perform.isPending}
          error={perform.error}
          onSubmit={(values) => perform.mutate({ action: open.action, values })}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}
