import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchKafka, freePort, missingForKafka, startKafka } from '@lianban/engines';
import { asShipped, catalogueCopy, RunningStack } from '@lianban/testing';
import { tryCarrier } from './carriers.js';
import { COMPANIES, secretOf, tryCompany } from './companies.js';
import { installPython, Missing, Script } from './python.js';
import { Recorder } from './recorder.js';
import type { Rule } from './rule.js';
import { startSftpServer, type SftpServer } from './sftp-server.js';
import { writeResult, type Result } from './write-result.js';

const LIB = fileURLToPath(new URL('../../../.kafka/lib', import.meta.url));
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const stops: (() => unknown)[] = [];

async function interop(): Promise<boolean> {
  installPython(print);
  const missing = await missingForKafka();
  if (missing) throw new Missing(`${missing}: apt-get install openjdk-17-jre-headless maven`);
  await fetchKafka(LIB);
  const folder = mkdtempSync(join(tmpdir(), 'lianban-interop-'));
  stops.unshift(() => rmSync(folder, { recursive: true, force: true }));
  const kafka = await startKafka({
    lib: LIB,
    folder: join(folder, 'kafka'),
    port: await freePort(),
    controllerPort: await freePort(),
  });
  stops.unshift(() => kafka.stop());
  const [simulatorPort, recorderPort] = [await freePort(), await freePort()];
  const recorder = await Recorder.start(recorderPort, `http://127.0.0.1:${simulatorPort}`);
  stops.unshift(() => recorder.stop());
  const shared = join(folder, 'heat-company');
  for (const name of ['in', 'out/done', 'out/failed']) mkdirSync(join(shared, name), { recursive: true });
  const sftp = await startSftpServer(folder, await freePort());
  stops.unshift(() => sftp.stop());
  const stack = await RunningStack.start('standalone', {
    SIMULATOR_PORT: String(simulatorPort),
    PROVIDERS_URL: `http://127.0.0.1:${recorderPort}`,
    PROVIDERS_SFTP_URL: sftp.url,
    PROVIDERS_SFTP_HOST_KEY: sftp.hostKey,
    CATALOGUE_FOLDER: catalogueIn(folder, sftp, shared),
    KAFKA_BROKERS: kafka.brokers,
  });
  stops.unshift(() => stack.stop());

  const results: Result[] = [];
  for (const company of COMPANIES)
    results.push({
      name: `a company that speaks \`${company.dialect}\``,
      rules: await tryCompany(company, stack, { brokers: kafka.brokers, sftp, folder: shared }),
    });
  results.push({
    name: 'jsonschema by the document of TMF641',
    rules: await tryCarrier(stack, recorder, folder),
  });
  results.push({ name: 'zeep by the WSDL of `water-soap`', rules: await tryWater(stack) });

  for (const { name, rules } of results)
    for (const { rule, held, detail } of rules)
      print(`${held ? 'held    ' : 'NOT HELD'} ${name}: ${rule}${held ? '' : ` (${detail})`}`);
  const wrong = results.flatMap(({ rules }) => rules).filter(({ held }) => !held).length;
  print(`${writeResult(results)}: ${wrong} not held`);
  return wrong === 0;
}

const catalogueIn = (folder: string, { user }: SftpServer, shared: string): string =>
  catalogueCopy(folder, (row) => {
    const company = COMPANIES.find(({ provider }) => provider === row.id);
    if (!company) return asShipped(row);
    const { endpoint: _, settings: __, ...rest } = row;
    const { dialect } = company;
    const folders = { inFolder: join(shared, 'in'), outFolder: join(shared, 'out') };
    const own = dialect === 'heat-sftp' && { settings: { user, ...folders }, credential: row.id };
    return { ...rest, ...own, dialect, retrySafety: 'idempotency-key' };
  });

/** The company's side is the simulator's; the client is nobody's of ours. */
async function tryWater(stack: RunningStack): Promise<Rule[]> {
  const address = `${stack.simulatorUrl}/jinan-water/WaterService`;
  const script = new Script<Rule>('water_client.py', [address, 'lianban', secretOf(stack, 'jinan-water')]);
  const code = await script.ended();
  const ended = { rule: 'zeep calls every operation', held: code === 0, detail: `it ended with ${code}` };
  return [...script.lines, ended];
}

async function end(code: number): Promise<never> {
  for (const stop of stops) await stop();
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(130));
try {
  await end((await interop()) ? 0 : 1);
} catch (error) {
  print(error instanceof Missing ? error.message : String((error as Error).stack));
  await end(2);
}
