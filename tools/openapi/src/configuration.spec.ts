import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { allVariables, CONFIGURATION, configurationTable } from './configuration.js';

const page = readFileSync(fileURLToPath(new URL('../../../docs/configuration.md', import.meta.url)), 'utf8');

describe('the table of variables', () => {
  it('is committed as the classes are; otherwise run "npm run configuration"', () => {
    expect(readFileSync(CONFIGURATION, 'utf8')).toBe(configurationTable());
  });

  it.each(allVariables().map(({ name }) => name))('%s is explained in docs/configuration.md', (name) => {
    expect(page).toContain(`\`${name}\``);
  });

  it('marks every secret, and says how it comes from a file', () => {
    const secrets = allVariables().filter(({ isSecret }) => isSecret);
    expect(secrets.map(({ name }) => name).sort()).toEqual([
      ...[
        'DATABASE_PASSWORD',
        'DATABASE_URL',
        'KAFKA_PASSWORD',
        'OPERATOR_TOKEN',
        'OTEL_EXPORTER_OTLP_HEADERS',
        'PROVIDER_SECRETS',
        'QUERY_CODE_SECRET',
      ],
    ]);
  });
});
