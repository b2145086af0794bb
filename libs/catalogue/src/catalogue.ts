import type { Utility } from '@lianban/contracts';
import { Calendar } from './calendar.js';
import type { CalendarYear } from './calendar-year.js';
import { withNotices } from './notice.js';
import { districtsOf, type District } from './district.js';
import { versionOf, type Files } from './files.js';
import { isInForce } from './in-force.js';
import type {
  Field,
  MaterialKind,
  MaterialNeed,
  Matter,
  MatterEntry,
  Part,
  PartEntry,
  Stage,
} from './matter.js';
import type { Provider } from './provider.js';
import type { Reason } from './reason.js';
import type { ReplyTemplate, TemplateAction } from './reply-template.js';

const MAX_RESOLVED = 1_000;

/** All data about what can be asked for. Days are `YYYY-MM-DD` in Asia/Shanghai; unknown codes give undefined. */
export class Catalogue {
  /** Hash of the content. */
  version: string;
  calendar: Calendar;
  private readonly districts: Map<string, District>;
  private readonly providersById: Map<string, Provider>;
  private readonly reasons: Map<string, Reason>;
  private readonly materials: Map<string, MaterialKind>;
  private readonly fields: Map<string, Field>;

  /** Resolved matters by code and day. */
  private readonly resolved = new Map<string, Matter>();

  /** Expects consistent files; `loadCatalogue` checks them. */
  constructor(private files: Files) {
    this.version = versionOf(files);
    this.calendar = new Calendar(files.calendar);
    this.districts = byCode(files.districts.flatMap(districtsOf));
    this.providersById = new Map(files.providers.map((provider) => [provider.id, provider]));
    this.reasons = byCode(files.reasons);
    this.materials = byCode(files.materials);
    this.fields = byCode(files.fields);
  }

  /** The calendar's notices, ordered by year. */
  get notices(): readonly CalendarYear[] {
    return this.files.calendar;
  }

  /** Replaces the notices of these years, which changes the version. */
  announce(notices: readonly CalendarYear[]): void {
    this.files = { ...this.files, calendar: withNotices(this.files.calendar, notices) };
    this.version = versionOf(this.files);
    this.calendar = new Calendar(this.files.calendar);
  }

  matter(code: string, on: string): Matter | undefined {
    const name = `${code} ${on}`;
    const known = this.resolved.get(name);
    if (known) return known;
    const entry = this.files.matters.find((matter) => matter.code === code && isInForce(matter, on));
    const matter = entry && this.resolve(entry, on);
    if (matter && this.resolved.size < MAX_RESOLVED) this.resolved.set(name, matter);
    return matter;
  }

  /** Every matter that can be asked for on that day. */
  matters(on: string): Matter[] {
    return this.files.matters
      .filter((matter) => isInForce(matter, on))
      .map((entry) => this.resolve(entry, on));
  }

  /** A utility's stages of a matter, in order; none where the matter has no such part. */
  stages(matterCode: string, utility: Utility, on: string): Stage[] {
    return this.matter(matterCode, on)?.parts.find((part) => part.utility === utility)?.stages ?? [];
  }

  provider(id: string): Provider | undefined {
    return this.providersById.get(id);
  }

  /** Past and future ones included. */
  providers(utility?: Utility): Provider[] {
    return this.files.providers.filter((provider) => !utility || provider.utility === utility);
  }

  district(code: string): District | undefined {
    return this.districts.get(code);
  }

  allDistricts(): District[] {
    return [...this.districts.values()];
  }

  reason(code: string): Reason | undefined {
    return this.reasons.get(code);
  }

  allReasons(): Reason[] {
    return [...this.reasons.values()];
  }

  /** Words that an officer of this utility may start from. */
  templates(action: TemplateAction, utility: Utility): ReplyTemplate[] {
    return this.files.templates.filter(
      ({ actions, utilities }) => actions.includes(action) && (utilities?.includes(utility) ?? true),
    );
  }

  field(code: string): Field | undefined {
    return this.fields.get(code);
  }

  material(code: string): MaterialKind | undefined {
    return this.materials.get(code);
  }

  private resolve({ deferrable, ...entry }: MatterEntry, on: string): Matter {
    const parts = entry.parts.map((code) => this.part(code, on));
    return { ...entry, materials: this.needs(entry.materials, deferrable), parts };
  }

  private part(code: string, on: string): Part {
    const { deferrable, ...entry } = this.files.parts.find(
      (part) => part.code === code && isInForce(part, on),
    )!;
    return {
      ...entry,
      materials: this.needs(entry.materials, deferrable),
      fields: entry.fields.map((field) => this.fields.get(field)!),
      stages: this.named(entry),
    };
  }

  private needs(codes: string[], deferrable: string[]): MaterialNeed[] {
    return codes.map((code) => ({ ...this.materials.get(code)!, deferrable: deferrable.includes(code) }));
  }

  private named({ stages, utility }: Pick<PartEntry, 'stages' | 'utility'>): Stage[] {
    const names = this.files.stages.filter(({ utilities }) => utilities.includes(utility));
    return stages.map((stage) => ({ ...stage, name: names.find(({ code }) => code === stage.code)!.name }));
  }
}

const byCode = <T extends { code: string }>(entries: T[]) =>
  new Map(entries.map((entry) => [entry.code, entry]));
