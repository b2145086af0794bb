import pg from 'pg';
import { answerBy } from '../program.js';
import { BODY } from './life-cycle.js';
import type { LifeCycles } from './pgbench.js';

export interface LoopQuestion {
  database: string;
  statements: readonly string[];
  seconds: number;
  clients: number;
}

/** What pgbench does, where there is none. */
answerBy<LoopQuestion, LifeCycles>(async ({ database, statements, seconds, clients }) => {
  const [first, ...others] = statements.map((text, place) => ({
    name: `s${place}`,
    text: text.replaceAll(/:body|:id/g, '$1'),
  }));
  const connections = Array.from({ length: clients }, () => new pg.Client(database));
  await Promise.all(connections.map((each) => each.connect()));
  const started = performance.now();
  let count = 0;
  const client = async (connection: pg.Client): Promise<void> => {
    while (performance.now() - started < seconds * 1_000) {
      const { rows } = await connection.query<{ id: string }>({ ...first!, values: [BODY] });
      for (const statement of others) await connection.query({ ...statement, values: [rows[0]!.id] });
      count++;
    }
  };
  await Promise.all(connections.map(client));
  const elapsed = performance.now() - started;
  await Promise.all(connections.map((each) => each.end()));
  return { perSecond: (count * 1_000) / elapsed, count };
});
