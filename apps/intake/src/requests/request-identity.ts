import { isMobile } from '@lianban/contracts';
import type { Caller, Text } from '@lianban/service-kit';
import type { ServiceRequest } from './service-request.entity.js';

/** A request as a clerk names it; only requests of her own hall are found. */
export type RequestReference = Pick<ServiceRequest, 'receiptNumber' | 'hall'>;

export const requestReference = ({ hall }: Caller, receiptNumber: string): RequestReference => ({
  receiptNumber,
  hall: hall!,
});

/** What every answer about a request contains. */
export interface RequestIdentity {
  requestId: string;
  receiptNumber: string;
  /** Can the applicant be sent text messages? */
  texts: boolean;
  /** What the clerk should know if not, in the applicant's language. */
  textsNote?: string;
}

const LANDLINE: Text = {
  'zh-CN': '联系电话为固定电话，收不到短信：进度将列入大厅的待拨打电话，由工作人员电话告知。',
  en: 'The phone is a landline and gets no text messages: the hall calls the applicant instead.',
};

/** Where a clerk reads the request. */
export const addressOf = ({ receiptNumber }: RequestIdentity): string => `/v1/requests/${receiptNumber}`;

export const toRequestIdentity = ({ id, receiptNumber, dossier }: ServiceRequest): RequestIdentity => ({
  requestId: id,
  receiptNumber,
  ...(isMobile(dossier.applicant.phone)
    ? { texts: true }
    : { texts: false, textsNote: LANDLINE[dossier.language] }),
});
