import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asAdmin } from '@lianban/engines';
import { topFunctions, type CpuProfile } from './report/top-functions.js';

const FUNCTIONS = 12;
const STATEMENTS = 10;

/** For the programs of the stack: each writes where its time went when it ends. */
export function profiling(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return `--cpu-prof --cpu-prof-dir=${folder}`;
}

/** Takes effect when the server starts next. */
export const countStatements = (database: string): Promise<unknown> =>
  asAdmin(database, (client) =>
    client.query(`alter system set shared_preload_libraries = pg_stat_statements`),
  );

export const resetStatistics = (database: string): Promise<unknown> =>
  asAdmin(database, (client) => client.query('create extension pg_stat_statements'));

interface Statement {
  schema: string;
  calls: string;
  total: number;
  mean: number;
  query: string;
}

/** The most expensive statements of the services since counting began, a paragraph each. */
export async function expensiveStatements(database: string): Promise<string> {
  const { rows } = await asAdmin(database, (client) =>
    client.query<Statement>(
      `select rolname as schema, calls, total_exec_time as total, mean_exec_time as mean, query
       from pg_stat_statements s join pg_roles r on r.oid = s.userid
       where dbid = (select oid from pg_database where datname = current_database()) and not rolsuper
       order by total_exec_time desc limit ${STATEMENTS}`,
    ),
  );
  return rows
    .map(
      ({ schema, calls, total, mean, query }) =>
        `${total.toFixed(0)} ms, ${calls} calls, ${mean.toFixed(3)} ms each, ${schema}: ${query.replaceAll(/\s+/g, ' ').slice(0, 300)}`,
    )
    .join('\n');
}

/** What each process spent its time on, from the profiles that they wrote. @param names by pid */
export function expensiveFunctions(folder: string, names: ReadonlyMap<number, string>): string {
  return readdirSync(folder)
    .filter((file) => names.has(pidIn(file)))
    .map((file) => {
      const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
      const lines = topFunctions(profile, FUNCTIONS).map(
        ({ name, ms }) => `${ms.toFixed(0).padStart(8)} ms  ${name}`,
      );
      return [`${names.get(pidIn(file))} (${file})`, ...lines].join('\n');
    })
    .join('\n\n');
}

/** `CPU.<day>.<time>.<pid>.<thread>.<number>.cpuprofile` */
const pidIn = (file: string): number => Number(file.split('.')[3]);
