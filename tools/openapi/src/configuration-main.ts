import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CONFIGURATION, configurationTable } from './configuration.js';

mkdirSync(dirname(CONFIGURATION), { recursive: true });
writeFileSync(CONFIGURATION, configurationTable());
process.stdout.write('k8s/configuration.md\n');
