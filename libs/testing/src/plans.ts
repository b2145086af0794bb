import type { DataSource, QueryRunner } from 'typeorm';
import type { Statement } from './statements.js';

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Sort Key'?: string[];
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Join Filter'?: number;
  'Index Cond'?: string;
  Plans?: Node[];
  /** Something above it stops it after some rows. */
  isLimited?: boolean;
}

/** A table of so many bytes has grown, whatever has been counted of it: nobody may read it from end to end. */
const MIN_BIG_TABLE_BYTES = 1_000_000;
/** What one statement may sort, or read in vain: a batch's worth. */
const MAX_ROWS_READ = 250;

/**
 * What is wrong with the plans of statements on tables that have grown: the plan for their values, carried out and taken
 * back, and the plan for any values.
 * @returns a sentence for each table read from end to end, each sort of more than a page, and each heap of rows read in vain
 */
export async function planProblems(source: DataSource, statements: readonly Statement[]): Promise<string[]> {
  const big = await bigTables(source);
  const problems = [];
  for (const statement of statements) problems.push(...(await problemsOfStatement(source, statement, big)));
  return problems;
}

async function problemsOfStatement(
  source: DataSource,
  { sql, values }: Statement,
  big: ReadonlySet<string>,
): Promise<string[]> {
  const runner = source.createQueryRunner();
  await runner.startTransaction();
  try {
    const explain = async (options: string, parameters: unknown[]): Promise<string[]> => {
      const [row] = (await runner.query(`explain (${options}, format json) ${sql}`, parameters)) as [
        { 'QUERY PLAN': [{ Plan: Node }] },
      ];
      return nodesOf(row['QUERY PLAN'][0].Plan).flatMap((node) => problemsOfNode(node, big));
    };
    const custom = await explain('analyze, timing off', values);
    const generic = await explain('generic_plan', []);
    const problems = [...custom, ...generic.map((each) => `${each}, for any values`)];
    return problems.map((each) => `${each}: ${sql.replaceAll(/\s+/g, ' ').slice(0, 160)}`);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

/** A plan for any values, made now and kept by a session, as services keep theirs until somebody counts the tables anew. */
export class GenericPlan {
  private constructor(private readonly session: QueryRunner) {}

  static async of(source: DataSource, sql: string): Promise<GenericPlan> {
    const session = source.createQueryRunner();
    await session.query('set plan_cache_mode = force_generic_plan');
    await session.query(`prepare kept as ${sql}`);
    const [{ count }] = (await session.query(
      `select cardinality(parameter_types) as count from pg_prepared_statements where name = 'kept'`,
    )) as [{ count: number }];
    await session.query(`explain execute kept(${Array(count).fill('null').join()})`);
    return new GenericPlan(session);
  }

  /** The most rows that one of its steps passes on with these values, SQL all of it; `first` is done before. All is taken back. */
  async maxRows(values: string, first = 'select 1'): Promise<number> {
    await this.session.startTransaction();
    await this.session.query(first);
    const lines = (await this.session.query(`explain (analyze, timing off) execute kept(${values})`)) as {
      'QUERY PLAN': string;
    }[];
    await this.session.rollbackTransaction();
    const steps = lines.flatMap((line) => [
      ...line['QUERY PLAN'].matchAll(/actual rows=([\d.]+) loops=(\d+)/g),
    ]);
    return Math.max(...steps.map(([, rows, loops]) => Number(rows) * Number(loops)));
  }

  async release(): Promise<void> {
    await this.session.query('deallocate kept; reset plan_cache_mode');
    await this.session.release();
  }
}

async function bigTables(source: DataSource): Promise<Set<string>> {
  const rows = await source.query<{ name: string }[]>(
    `select relname as name from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace
       and pg_relation_size(oid) >= $1`,
    [MIN_BIG_TABLE_BYTES],
  );
  return new Set(rows.map(({ name }) => name));
}

function nodesOf(node: Node): Node[] {
  const isLimited = node.isLimited || node['Node Type'] === 'Limit';
  return [node, ...(node.Plans ?? []).flatMap((each) => nodesOf({ ...each, isLimited }))];
}

function problemsOfNode(node: Node, big: ReadonlySet<string>): string[] {
  const table = node['Relation Name'];
  const loops = node['Actual Loops'] ?? 1;
  if (loops === 0) return [];
  const discarded = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0);
  const isSort = node['Node Type'].includes('Sort');
  const isWholeIndex =
    /^Index( Only)? Scan$/.test(node['Node Type']) && !node['Index Cond'] && !node.isLimited;
  return [
    ...((node['Node Type'] === 'Seq Scan' || isWholeIndex) && big.has(table!)
      ? [`${table} is read from end to end`]
      : []),
    ...(isSort && (node['Actual Rows'] ?? 0) > MAX_ROWS_READ
      ? [`${node['Actual Rows']} rows are sorted by ${node['Sort Key']}`]
      : []),
    ...(discarded * loops > MAX_ROWS_READ
      ? [`${discarded * loops} rows are read in vain${table ? ` of ${table}` : ''}`]
      : []),
  ];
}
