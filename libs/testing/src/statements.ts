import type { DataSource, QueryRunner } from 'typeorm';

/** A statement as a service sent it. */
export interface Statement {
  sql: string;
  values: unknown[];
}

const PLANNED = /^\s*(select|insert|update|delete|with)\b/i;

/** Writes down what a service sends its database while it works; each text once, with the values it had last. */
export class Statements {
  private readonly seen = new Map<string, unknown[]>();

  private constructor(source: DataSource) {
    const { driver } = source;
    const create = driver.createQueryRunner.bind(driver);
    driver.createQueryRunner = (mode) => this.listenTo(create(mode));
  }

  static of(source: DataSource): Statements {
    return new Statements(source);
  }

  /** Those that name a table. */
  about(table: string): Statement[] {
    const name = new RegExp(`\\b${table}\\b`);
    return [...this.seen].filter(([sql]) => name.test(sql)).map(([sql, values]) => ({ sql, values }));
  }

  /** That which takes rows of a table for itself and leaves those that others have taken. */
  lockingStatement(table: string): string {
    return this.about(table).find(({ sql, values }) => sql.includes('skip locked') && values.length > 0)!.sql;
  }

  /** What was sent so far was not the service's own doing. */
  clear(): void {
    this.seen.clear();
  }

  private listenTo(runner: QueryRunner): QueryRunner {
    const query = runner.query.bind(runner) as (...args: unknown[]) => Promise<never>;
    runner.query = (sql: string, values: unknown[] = [], ...more: unknown[]): Promise<never> => {
      if (PLANNED.test(sql) && !sql.startsWith('explain')) this.seen.set(sql, values);
      return query(sql, values, ...more);
    };
    return runner;
  }
}
