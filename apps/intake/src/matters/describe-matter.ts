import {
  CARRIERS,
  pickProvider,
  type Catalogue,
  type Matter,
  type Part,
  type Provider,
} from '@lianban/catalogue';

export const summarizeMatter = ({ code, name, applicantKinds, parts }: Matter) => ({
  code,
  name,
  applicantKinds,
  utilities: parts.map(({ utility }) => utility),
});

/** What the counter needs to show the form: fields and materials, and the providers if the district is known. */
export const describeMatter = (catalogue: Catalogue, matter: Matter, on: string, district?: string) => ({
  ...summarizeMatter(matter),
  materials: matter.materials,
  parts: matter.parts.map((part) => ({
    utility: part.utility,
    /** Working days promised. */
    days: part.limit.days,
    fields: part.fields,
    materials: part.materials,
    ...(district && { providers: findProviders(catalogue, part, on, district) }),
  })),
});

function findProviders(catalogue: Catalogue, { utility }: Part, on: string, district: string) {
  const carriers = utility === 'telecom' ? CARRIERS : [undefined];
  return carriers
    .map((carrier) => pickProvider(catalogue, { utility, district, carrier, date: on }))
    .filter((provider): provider is Provider => provider !== undefined)
    .map(({ id, name, carrier, accountPattern }) => ({
      id,
      name,
      accountPattern,
      ...(carrier && { carrier }),
    }));
}
