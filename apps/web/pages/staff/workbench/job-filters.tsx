import { Button, Flex, Input, Select, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OPEN_STATES, SCOPES, type JobFilter } from './jobs.js';

interface Props {
  filter: JobFilter;
  onChange: (filter: JobFilter) => void;
}

/** Whose jobs, in which state, or the one of a receipt. */
export function JobFilters({ filter, onChange }: Props) {
  const { t } = useTranslation('workbench');
  const [receipt, setReceipt] = useState(filter.receipt ?? '');
  const states = OPEN_STATES.map((state) => ({ value: state, label: t(`state.${state}`) }));
  return (
    <>
      <Tabs
        activeKey={filter.scope}
        items={SCOPES.map((scope) => ({ key: scope, label: t(`scope.${scope}`) }))}
        onChange={(scope) => onChange({ ...filter, receipt: undefined, scope: scope as JobFilter['scope'] })}
      />
      <Flex gap="small" wrap className="filters">
        <Select
          aria-label={t('filter.state')}
          placeholder={t('filter.state')}
          allowClear
          value={filter.state}
          options={states}
          onChange={(state?: JobFilter['state']) => onChange({ ...filter, receipt: undefined, state })}
        />
        <form
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            onChange({ ...filter, receipt: receipt.trim() || undefined });
          }}
        >
          <Flex gap="small">
            <Input
              aria-label={t('filter.receipt')}
              placeholder={t('filter.receipt')}
              allowClear
              maxLength={60}
              value={receipt}
              onChange={({ target }) => setReceipt(target.value)}
              onClear={() => onChange({ ...filter, receipt: undefined })}
            />
            <Button htmlType="submit">{t('filter.find')}</Button>
          </Flex>
        </form>
      </Flex>
    </>
  );
}
