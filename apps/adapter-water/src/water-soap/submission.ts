import type { OperationBody } from '@lianban/adapter-kit';

type Dossier = OperationBody['dossier'];

/** `2026-11-28 10:00:00` in Shanghai. */
const timeOf = (instant: string): string =>
  new Date(instant).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' });

const toFields = (fields: Record<string, unknown>): object[] =>
  Object.entries(fields).map(([name, value]) => ({ name, value: String(value) }));

const toPerson = ({ documentNumber, ...person }: Dossier['applicant']): object => ({
  ...person,
  documentNo: documentNumber,
});

const toAddress = ({ district, ...address }: Dossier['address']): object => ({
  ...address,
  districtCode: district,
});

const toAnswer = ({
  correctionId,
  answeredAt,
  fields,
  materials,
  confirmed,
}: Dossier['answers'][number]) => ({
  ...{ correctionNo: correctionId, answerTime: timeOf(answeredAt) },
  ...{ field: toFields(fields), material: materials, confirmed },
});

/** `checkSubmitFlow` before a placement. */
export const toCheck = ({ dossier: { matter, address, fields } }: OperationBody): object => ({
  flowCode: matter,
  districtCode: address.district,
  ...(fields.accountNumber !== undefined && { accountNo: String(fields.accountNumber) }),
});

/** `submitFlow` of a placement, `supplementFlow` of a correction. */
export const toSubmission = ({ placement, operation, promisedDate, dossier }: OperationBody): object => ({
  outerNo: placement,
  operationNo: operation,
  receiptNo: dossier.receiptNumber,
  flowCode: dossier.matter,
  applyTime: timeOf(dossier.registeredAt),
  promiseDate: promisedDate,
  applicant: toPerson(dossier.applicant),
  ...(dossier.agent && { agent: toPerson(dossier.agent) }),
  address: toAddress(dossier.address),
  field: toFields(dossier.fields),
  material: dossier.materials,
  answer: dossier.answers.map(toAnswer),
});

/** `cancelFlow` of a withdrawal. */
export const toCancellation = ({
  placement,
  operation,
  reason,
}: Pick<OperationBody, 'placement' | 'operation' | 'reason'>): object => ({
  outerNo: placement,
  operationNo: operation,
  reasonCode: reason,
});
