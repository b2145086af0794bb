export const ADAPTERS = [
  'adapter-water',
  'adapter-electricity',
  'adapter-gas',
  'adapter-heat',
  'adapter-telecom',
] as const;
export const SERVICES = ['intake', 'routing', ...ADAPTERS, 'tracking', 'notification'] as const;
export type Service = (typeof SERVICES)[number];
export type Adapter = (typeof ADAPTERS)[number];

/** Who can publish everything again. */
export const PUBLISHERS: readonly Service[] = ['intake', 'routing', ...ADAPTERS];
