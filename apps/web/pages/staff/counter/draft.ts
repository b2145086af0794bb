import type {
  CheckedDraft,
  FindMattersResponses,
  MaterialForm,
  RegisterRequestForm,
} from '../../api/types.gen.js';

export type Matter = FindMattersResponses[200];
export type Utility = Matter['utilities'][number];
export type PersonKind = Matter['applicantKinds'][number];

/** One of the people of a request, as typed. */
export interface PersonValues {
  name?: string;
  documentType?: string;
  documentNumber?: string;
  phone?: string;
}

export interface MaterialValues {
  method?: MaterialForm['method'];
  proof?: string;
  promisedBy?: string;
}

/** What is in the fields of the form; anything may be missing. */
export interface DraftValues {
  matter?: string;
  utilities?: Utility[];
  language?: 'zh-CN' | 'en';
  kind?: PersonKind;
  hasAgent?: boolean;
  applicant?: PersonValues;
  agent?: PersonValues;
  address?: {
    district?: string;
    text?: string;
    estate?: string;
    building?: string;
    unit?: string;
    room?: string;
  };
  parts?: Partial<Record<Utility, { fields?: Record<string, unknown> }>>;
  /** By `keyOf`. */
  materials?: Record<string, MaterialValues>;
  consented?: boolean;
}

/** A material that this request needs, and for which part where it is not for all. */
export interface NeededMaterial {
  key: string;
  code: string;
  utility?: Utility;
  name: Record<'zh-CN' | 'en', string>;
  deferrable: boolean;
}

/** The materials that these people need for these parts, shared ones first. */
export function materialsFor(
  matter: Matter | undefined,
  { kind, hasAgent, utilities }: DraftValues,
): NeededMaterial[] {
  if (!matter) return [];
  const isNeeded = ({ required }: Matter['materials'][number]) =>
    required === 'always' || required === kind || (required === 'agent' && Boolean(hasAgent));
  const shared = matter.materials
    .filter(isNeeded)
    .map(({ code, name, deferrable }) => ({ key: code, code, name, deferrable }));
  const own = matter.parts
    .filter(({ utility }) => utilities?.includes(utility))
    .flatMap(({ utility, materials }) =>
      materials
        .filter(isNeeded)
        .filter(({ code }) => !shared.some((one) => one.code === code))
        .map(({ code, name, deferrable }) => ({
          key: `${code}:${utility}`,
          code,
          utility,
          name,
          deferrable,
        })),
    );
  return [...shared, ...own];
}

const isTyped = (value: unknown): boolean => value !== undefined && value !== null && value !== '';
const typed = <T extends object>(values: T | undefined): T =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => isTyped(value))) as T;

/** A draft as the API takes it. `providers`: whom the applicant agreed to, where he did. */
export function toBody(
  values: DraftValues,
  needed: readonly NeededMaterial[],
  providers: readonly string[],
): RegisterRequestForm {
  const { matter, utilities = [], language, kind, hasAgent, address, parts, consented } = values;
  const body = {
    matter,
    utilities,
    language,
    applicant: { kind, ...typed(values.applicant) },
    ...(hasAgent && { agent: { kind: 'person', ...typed(values.agent) } }),
    address: typed(address),
    parts: Object.fromEntries(
      utilities.map((utility) => [utility, { fields: typed(parts?.[utility]?.fields) }]),
    ),
    materials: given(values, needed),
    consent: consented ? [...providers] : [],
  };
  // What is missing or wrong is the API's to say.
  return body as RegisterRequestForm;
}

const given = ({ materials = {} }: DraftValues, needed: readonly NeededMaterial[]): MaterialForm[] =>
  needed.flatMap(({ key, code, utility }) => {
    const { method, proof, promisedBy } = materials[key] ?? {};
    if (!method) return [];
    const hasProof = (method === 'e-licence' || method === 'data-share') && isTyped(proof);
    const isPromised = method === 'deferred' && isTyped(promisedBy);
    return {
      code,
      method,
      ...(utility && { utility }),
      ...(hasProof && { proof }),
      ...(isPromised && { promisedBy }),
    };
  });

export type FieldPath = (string | number)[];

/** The field of the form that an error of the API is about; undefined where the form has none. */
export function fieldAt(
  pointer: string,
  values: DraftValues,
  needed: readonly NeededMaterial[],
): FieldPath | undefined {
  const [head, ...rest] = pointer.split('/').slice(1);
  if (head === 'materials') {
    const index = Number(rest[0]);
    const filled = needed.filter(({ key }) => values.materials?.[key]?.method);
    const key = filled[index]?.key;
    const member = rest[1] === 'proof' || rest[1] === 'promisedBy' ? rest[1] : 'method';
    return key === undefined ? undefined : ['materials', key, member];
  }
  if (head === 'utilities') return ['utilities'];
  if (head === 'consent') return ['consented'];
  if (head === 'applicant' && rest[0] === 'kind') return ['kind'];
  return head === undefined || head === '' ? undefined : [head, ...rest];
}

/** Every error with its field. */
export const errorsByField = (
  { errors }: Pick<CheckedDraft, 'errors'>,
  values: DraftValues,
  needed: readonly NeededMaterial[],
): Map<string, { path: FieldPath; texts: string[] }> => {
  const found = new Map<string, { path: FieldPath; texts: string[] }>();
  for (const { pointer, detail } of errors) {
    const path = fieldAt(pointer, values, needed);
    if (!path) continue;
    const key = path.join('/');
    const known = found.get(key);
    if (known) known.texts.push(detail);
    else found.set(key, { path, texts: [detail] });
  }
  return found;
};
