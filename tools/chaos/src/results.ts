import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESULTS } from './stack/paths.js';

/** A run's folder under `.results/chaos`: its logs, its facts and what the simulated providers did where it failed, its summary always. */
export class Results {
  readonly folder: string;
  readonly logs: string;

  constructor(name: string) {
    const time = new Date().toISOString().slice(0, 19).replaceAll(':', '');
    this.folder = join(RESULTS, `${time}-${name}`);
    this.logs = join(this.folder, 'logs');
    mkdirSync(this.logs, { recursive: true });
  }

  write(name: string, content: unknown): void {
    writeFileSync(join(this.folder, name), JSON.stringify(content, null, 1));
  }

  keep(name: string, path: string): void {
    copyFileSync(path, join(this.folder, name));
  }

  /** It went well: nobody needs the logs. */
  dropLogs(): void {
    rmSync(this.logs, { recursive: true, force: true });
  }
}
