import { Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import type { JobInFull, Material } from '../../api/types.gen.js';
import { Amended } from './amended.js';

/** The materials of the request, and how each was supplied. */
export function Materials({ found, amended }: { found: JobInFull; amended: readonly string[] }) {
  const { t } = useTranslation('workbench');
  const names = new Map(found.shown.materials.map(({ code, name }) => [code, name]));
  const columns: TableColumnsType<Material> = [
    {
      title: t('materials.name'),
      key: 'name',
      render: (_, { code }) => <Amended is={amended.includes(code)}>{names.get(code)}</Amended>,
    },
    {
      title: t('materials.method'),
      key: 'method',
      render: (_, { method, proof, promisedBy }) => (
        <>
          {t(`method.${method}`)}
          {promisedBy && <div>{t('materials.promisedBy', { date: promisedBy })}</div>}
          {proof && <div className="wrap">{proof}</div>}
        </>
      ),
    },
  ];
  return (
    <section aria-labelledby="materials-title">
      <h2 id="materials-title">{t('materials.title')}</h2>
      <Table<Material>
        rowKey="code"
        size="small"
        pagination={false}
        columns={columns}
        dataSource={found.job.desired.dossier.materials}
        locale={{ emptyText: t('materials.none') }}
      />
    </section>
  );
}
