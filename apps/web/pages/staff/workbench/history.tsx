import { Timeline } from 'antd';
import { useTranslation } from 'react-i18next';
import type { JobInFull } from '../../api/types.gen.js';
import { shanghaiTime } from '../shell/dates.js';

interface Entry {
  at: string;
  title: string;
  details: string[];
}

/** What officers did with the job, the newest first. */
export function History({ found }: { found: JobInFull }) {
  const { t } = useTranslation('workbench');
  const acts = found.acts.map(({ at, officer, act, said, shown }): Entry => {
    const details = [
      shown.stage,
      shown.reason,
      shown.items?.join('、'),
      said.withdrawal && t(`answer.${said.withdrawal}`),
      said.text,
    ];
    return {
      at,
      title: t(`history.${act}`, { officer }),
      details: details.filter((each) => each !== undefined),
    };
  });
  const claims = found.claims.map(({ at, act, officer, by }): Entry => {
    const isByOther = by !== null && by !== officer;
    return {
      at,
      title: t(`history.${act}`, { officer }),
      details: isByOther ? [t('history.by', { officer: by })] : [],
    };
  });
  const entries = [...acts, ...claims].toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return (
    <section aria-labelledby="history-title">
      <h2 id="history-title">{t('history.title')}</h2>
      {entries.length === 0 && <p>{t('history.none')}</p>}
      <Timeline
        items={entries.map(({ at, title, details }, place) => ({
          key: place,
          content: (
            <>
              <time dateTime={at}>{shanghaiTime(at)}</time> {title}
              {details.map((detail, line) => (
                <div key={line} className="wrap">
                  {detail}
                </div>
              ))}
            </>
          ),
        }))}
      />
    </section>
  );
}
