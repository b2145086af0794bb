import {
  CARRIERS,
  pickProvider,
  type Catalogue,
  type Matter,
  type Part,
  type Provider,
} from '@lianban/catalogue';

/** What the counter lists. */
export const summaryOf = ({ code, name, who, parts }: Matter) => ({
  code,
  name,
  who,
  utilities: parts.map(({ utility }) => utility),
});

/** What the counter needs to draw the form: fields and materials, and who does each part where the district is known. */
export const describeMatter = (catalogue: Catalogue, matter: Matter, on: string, district?: string) => ({
  ...summaryOf(matter),
  materials: matter.materials,
  parts: matter.parts.map((part) => ({
    utility: part.utility,
    /** Working days promised. */
    days: part.limit.days,
    fields: part.fields,
    materials: part.materials,
    ...(district && { providers: providersOf(catalogue, part, on, district) }),
  })),
});

function providersOf(catalogue: Catalogue, { utility }: Part, on: string, district: string) {
  const carriers = utility === 'telecom' ? CARRIERS : [undefined];
  return carriers
    .map((carrier) => pickProvider(catalogue, { utility, district, carrier, on }))
    .filter((provider): provider is Provider => provider !== undefined)
    .map(({ id, name, carrier, accountPattern }) => ({
      id,
      name,
      accountPattern,
      ...(carrier && { carrier }),
    }));
}
