import type { OperationBody } from '@lianban/adapter-kit';

/** Of the one item that an order of ours has. */
export const ITEM_ID = '1';
const characteristic = (name: string, value: unknown): object => ({ name, value });

/** The one item of our orders: the matter as a service, with what the carrier needs as its characteristics. */
function itemOf({ dossier }: OperationBody): object {
  const { matter, fields, materials, answers, address, receiptNumber } = dossier;
  return {
    id: ITEM_ID,
    action: 'add',
    service: {
      name: matter,
      serviceType: matter,
      serviceCharacteristic: [
        ...Object.entries(fields).map(([name, value]) => characteristic(name, value)),
        characteristic('materials', materials),
        characteristic('answers', answers),
        characteristic('address', address),
      ],
      place: [
        {
          id: `${receiptNumber}/address`,
          role: 'installation',
          name: address.text,
          '@referredType': 'GeographicAddress',
        },
      ],
    },
  };
}

/** An operation's mark on the order, by which it is found again. */
const referenceOf = ({ operation }: OperationBody): object => ({
  name: operation,
  externalReferenceType: 'lianban-operation',
});

function partiesOf({ dossier: { applicant, agent, receiptNumber } }: OperationBody): object[] {
  const party = (role: string, person: object): object => ({
    ...{ id: `${receiptNumber}/${role}`, role, '@type': 'RelatedParty', '@referredType': 'Individual' },
    ...person,
  });
  return [party('applicant', applicant), ...(agent ? [party('agent', agent)] : [])];
}

/** `ServiceOrder_Create` of a placement. */
export const toServiceOrder = (order: OperationBody): object => ({
  externalId: order.placement,
  category: order.dossier.matter,
  description: order.dossier.receiptNumber,
  requestedStartDate: order.dossier.registeredAt,
  requestedCompletionDate: `${order.promisedDate}T23:59:59+08:00`,
  externalReference: [referenceOf(order)],
  relatedParty: partiesOf(order),
  serviceOrderItem: [itemOf(order)],
  '@type': 'ServiceOrder',
});

/** `ServiceOrder_Update` of a correction. */
export const toUpdate = (order: OperationBody): object => ({
  requestedCompletionDate: `${order.promisedDate}T23:59:59+08:00`,
  externalReference: [referenceOf(order)],
  relatedParty: partiesOf(order),
  serviceOrderItem: [itemOf(order)],
});

/** `CancelServiceOrder_Create` of a withdrawal; the operation's id ends the reason, as the standard has no other place for it. */
export const toCancellation = (
  { reason, operation }: Pick<OperationBody, 'reason' | 'operation'>,
  orderId: string,
): object => ({
  cancellationReason: `${reason ?? ''} ${operation}`,
  serviceOrder: { id: orderId, '@referredType': 'ServiceOrder' },
  '@type': 'CancelServiceOrder',
});
