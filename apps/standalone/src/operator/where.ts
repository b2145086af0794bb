import { loadCatalogue } from '@lianban/catalogue';
import { loadConfig } from '@lianban/service-kit';
import { WhereConfig } from './operator.config.js';
import { runProgram } from './run-program.js';
import { locateRequest } from './where/locate-request.js';
import { tabulate } from './where/tabulate.js';
import { collectWhereabouts, type Ask } from './where/whereabouts.js';

const TIMEOUT_MS = 5_000;

/** Asks every service for a request, and says what it waits for. */
await runProgram(process.env, async (env) => {
  const [reference] = process.argv.slice(2);
  if (!reference) throw new Error('give the id or the receipt number of a request');
  const { servicesUrl, operatorToken, catalogueFolder } = loadConfig(WhereConfig, env);
  const catalogue = loadCatalogue(catalogueFolder);
  const nameOf = (id: string): string => catalogue.provider(id)?.name['zh-CN'] ?? id;
  const ask: Ask = async (service, about) => {
    const url = `${servicesUrl.replace('{service}', service)}/v1/ops/${service}/requests/${encodeURIComponent(about)}`;
    const headers = { authorization: `Bearer ${operatorToken}` };
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
      (error: Error) => {
        throw new Error((error.cause as { code?: string } | undefined)?.code ?? error.message);
      },
    );
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    return (await answer.json()) as object;
  };
  const whereabouts = await collectWhereabouts(reference, ask);
  const [answer, ...more] = locateRequest(whereabouts, nameOf);
  const sentences = [answer, ...more.map((sentence) => `and ${sentence}`)];
  process.stdout.write(`${sentences.join('\n')}\n\n${tabulate(whereabouts, nameOf)}\n`);
});
