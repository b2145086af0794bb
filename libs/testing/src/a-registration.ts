import type { Utility } from '@lianban/contracts';

const FIELDS: Record<Utility, Record<string, unknown>> = {
  water: { usage: 'residential', pipeDiameter: 20 },
  electricity: { usage: 'residential', capacity: 8 },
  gas: { usage: 'residential', appliances: 2 },
  heat: { usage: 'residential', heatedArea: 96.5, heatingKind: 'floor' },
  telecom: { carrier: 'unicom', bandwidth: 1000 },
};

const PROVIDERS: Record<Utility, string> = {
  water: 'jinan-water',
  electricity: 'jinan-electricity',
  gas: 'jinan-gas',
  heat: 'jinan-heat',
  telecom: 'jinan-unicom',
};

/** Nobody: the number is a fictional sample with a right check digit. */
export const aPerson = () => ({
  kind: 'person',
  name: '欧阳试样',
  documentType: 'resident-id',
  documentNumber: '370102199003070016',
  phone: '13800138000',
});

/** The body of a registration in order: a joint new connection in Lixia, Jinan, of these utilities. */
export const aRegistration = (...utilities: [Utility, ...Utility[]]) => ({
  matter: 'JOINT_NEW',
  utilities,
  applicant: aPerson(),
  address: { district: '370102', text: '历下区样例路1号', estate: '样例小区', building: '3', room: '502' },
  parts: Object.fromEntries(utilities.map((utility) => [utility, { fields: { ...FIELDS[utility] } }])),
  materials: [
    { code: 'ID_CARD', method: 'paper' },
    { code: 'PROPERTY_CERT', method: 'e-licence', proof: 'LICENCE-0001' },
  ],
  consent: utilities.map((utility) => PROVIDERS[utility]),
});

/** The same in Zhangdian, Zibo. */
export function aRegistrationInZibo(...utilities: [Utility, ...Utility[]]) {
  const form = aRegistration(...utilities);
  const parts = { ...form.parts, ...(form.parts.telecom && { telecom: { fields: { carrier: 'telecom' } } }) };
  return {
    ...form,
    parts,
    address: { ...form.address, district: '370303', text: '张店区样例路1号' },
    consent: utilities.map((utility) => `zibo-${utility}`),
  };
}
