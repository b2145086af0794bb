import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SERVICES } from '@lianban/contracts';
import { parse } from 'yaml';

const COMPOSE = fileURLToPath(new URL('../../../docker/compose.yaml', import.meta.url));

describe('docker/compose.yaml', () => {
  it('runs every service', () => {
    const { services } = parse(readFileSync(COMPOSE, 'utf8'), { merge: true }) as {
      services: Record<string, { command: string | string[] }>;
    };
    const commands = Object.values(services).map(({ command }) => [command].flat().join(' '));
    expect(SERVICES.filter((service) => !commands.includes(`/app/${service}.js`))).toEqual([]);
  });
});
