import { isMobile } from '@lianban/contracts';
import type { Text } from '@lianban/service-kit';
import type { ServiceRequest } from './service-request.entity.js';

/** Can the applicant be sent texts? */
export interface TextsTo {
  texts: boolean;
  /** What the clerk is told where he cannot, in the applicant's language. */
  textsNote?: string;
}

const LANDLINE: Text = {
  'zh-CN': '联系电话为固定电话，收不到短信：进度将列入大厅的待拨打电话，由工作人员电话告知。',
  en: 'The phone is a landline and gets no texts: what is news goes on the list of calls that the hall makes.',
};

export const textsTo = ({ dossier: { applicant, language } }: Pick<ServiceRequest, 'dossier'>): TextsTo =>
  isMobile(applicant.phone) ? { texts: true } : { texts: false, textsNote: LANDLINE[language] };
