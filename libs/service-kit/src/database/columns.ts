export type ColumnType =
  'text' | 'uuid' | 'smallint' | 'integer' | 'bigint' | 'boolean' | 'date' | 'timestamptz' | 'json';

/**
 * The typed columns of a table, each named after a property in snake case. Builds fragments of SQL and reads rows into
 * objects. Dates are `YYYY-MM-DD`, times ISO 8601 in UTC.
 */
export class Columns<T extends object> {
  readonly names: readonly string[];
  /** The column definitions of `json_to_recordset`. */
  readonly definition: string;
  /** The assignments of an upsert. */
  readonly assignments: string;
  private readonly entries: [keyof T & string, ColumnType][];

  constructor(types: Record<keyof T & string, ColumnType>) {
    this.entries = Object.entries(types) as [keyof T & string, ColumnType][];
    this.names = this.entries.map(([property]) => toSnakeCase(property));
    this.definition = this.entries.map(([property, type]) => `"${property}" ${type}`).join();
    this.assignments = this.names.map((name) => `${name} = excluded.${name}`).join();
  }

  /** Columns of a table with this alias, selected under the (prefixed) names of their properties. */
  select(alias: string, prefix = ''): string {
    const column = ([property, type]: [string, ColumnType]): string =>
      `${alias}.${toSnakeCase(property)}${type === 'date' ? '::text' : ''} as "${prefix}${property}"`;
    return this.entries.map(column).join();
  }

  /** Properties of a record with this alias. */
  values(alias: string): string {
    return this.entries.map(([property]) => `${alias}."${property}"`).join();
  }

  /** Reads a row selected by `select`. */
  read(row: object, prefix = ''): T {
    const read = ([property, type]: [string, ColumnType]): [string, unknown] => {
      const value = (row as Record<string, unknown>)[prefix + property];
      if (value instanceof Date) return [property, value.toISOString()];
      return [property, type === 'bigint' && value !== null ? Number(value) : value];
    };
    return Object.fromEntries(this.entries.map(read)) as T;
  }

  /** Would both be stored as the same row? */
  areEqual(one: T, other: T): boolean {
    return this.entries.every(([property, type]) =>
      type === 'json'
        ? one[property] === other[property] ||
          JSON.stringify(one[property]) === JSON.stringify(other[property])
        : one[property] === other[property],
    );
  }
}

const toSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
