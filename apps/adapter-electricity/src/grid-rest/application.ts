import type { OperationBody } from '@lianban/adapter-kit';

/** What names an operation in each of its bodies: its own number, by which a repetition is known, and the job's. */
const numbersOf = ({ operation, placement }: OperationBody): object => ({
  requestNo: operation,
  externalNo: placement,
});

/** The body of a placement, and of what is told of it later: always the whole. @param callback where it is reported to */
export function toApplication(order: OperationBody, callback: string): object {
  const { receiptNumber, matter, registeredAt, applicant, agent, address, ...rest } = order.dossier;
  const { fields, materials, answers } = rest;
  return {
    ...numbersOf(order),
    receiptNo: receiptNumber,
    businessType: matter,
    voltageClass: matter.startsWith('ELEC_NEW_HV') ? 'high' : 'low',
    registeredAt,
    promisedDate: order.promisedDate,
    customer: applicant,
    ...(agent && { agent }),
    address,
    fields,
    materials,
    answers,
    callback,
  };
}

export const toCancellation = (order: OperationBody): object => ({
  ...numbersOf(order),
  cancelReason: order.reason ?? '',
});
