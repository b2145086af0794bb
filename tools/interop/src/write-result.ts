import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pythonPackages } from './python.js';
import type { Rule } from './rule.js';

const FOLDER = fileURLToPath(new URL('../../../docs/measurements/', import.meta.url));

/** What was tried with one program of others. */
export interface Result {
  name: string;
  rules: Rule[];
}

/** Writes the last result to the documents. Answers the file's name. */
export function writeResult(results: readonly Result[]): string {
  const day = new Date().toISOString().slice(0, 10);
  const rows = results.flatMap(({ name, rules }) =>
    rules.map(({ rule, held }) => [name, rule, held ? 'held' : 'not held']),
  );
  const file = `${day}-interop.md`;
  writeFileSync(
    FOLDER + file,
    [
      `# Independent clients, ${day}`,
      '',
      'The last result of `npm run interop` ([how](../../tools/interop/README.md)), with these packages from PyPI:',
      `${pythonPackages()
        .map((name) => `\`${name}\``)
        .join(', ')}.`,
      '',
      ...table([['program', 'rule', 'result'], ...rows]),
      '',
    ].join('\n'),
  );
  return `docs/measurements/${file}`;
}

/** As the formatter has it. */
function table([head = [], ...rows]: string[][]): string[] {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const line = (row: string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)];
}
