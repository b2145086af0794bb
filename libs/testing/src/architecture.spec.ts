import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { breachesIn } from './architecture.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string) => ({ file, text: readFileSync(`${root}/${file}`, 'utf8') });
const project = globSync(['{apps,libs,tools}/*/src/**/*.ts', '{apps,libs,tools}/*/package.json'], {
  cwd: root,
}).map(read);

const TOOL_IN_APP =
  'an app never imports a tool, but standalone starts the simulator and brings certify along';
const APP_IN_TOOL =
  'of the tools, only openapi imports standalone, certify the adapters, and simulation the domain of intake and routing';

const breach = (file: string, text: string) => breachesIn([{ file, text }]);

describe('the project', () => {
  it('is read whole', () => {
    const files = project.map(({ file }) => file);
    expect(files).toEqual(
      expect.arrayContaining([
        'apps/intake/src/main.ts',
        'libs/messaging/package.json',
        'libs/messaging/src/kafka/kafka-client.ts',
      ]),
    );
  });

  it('keeps its borders', () => expect(breachesIn(project)).toEqual([]));

  it('names no registry in package-lock.json', () =>
    expect(read('package-lock.json').text).not.toMatch(/"resolved": "https?:/));
});

describe('a breach', () => {
  it.each([
    ['apps/tracking/src/x.ts', `import { A } from '@lianban/intake';`, 'an app never imports an app'],
    ['apps/tracking/src/x.ts', `export * from '@lianban/intake';`, 'an app never imports an app'],
    ['apps/tracking/src/x.ts', `import type { A } from '@lianban/intake';`, 'an app never imports an app'],
    ['apps/tracking/src/x.ts', `await import('@lianban/intake');`, 'an app never imports an app'],
    ['apps/tracking/src/x.spec.ts', `import '@lianban/intake';`, 'an app never imports an app'],
    ['apps/tracking/src/x.spec.ts', `import '@lianban/bench';`, TOOL_IN_APP],
    ['apps/tracking/src/x.ts', `import '@lianban/provider-simulator';`, TOOL_IN_APP],
    ['apps/standalone/src/x.ts', `import '@lianban/openapi';`, TOOL_IN_APP],
    ['tools/simulation/src/x.ts', `import '@lianban/intake';`, APP_IN_TOOL],
    ['tools/simulation/src/x.ts', `import '@lianban/notification/domain';`, APP_IN_TOOL],
    ['tools/e2e/src/x.ts', `import '@lianban/standalone';`, APP_IN_TOOL],
    ['tools/openapi/src/x.ts', `import '@lianban/intake';`, APP_IN_TOOL],
    ['tools/bench/src/x.ts', `import '@lianban/chaos';`, 'a tool never imports a tool'],
    ['libs/testing/src/x.ts', `import '@lianban/bench';`, 'a library never imports a tool'],
    ['apps/tracking/src/x.ts', `import '@lianban/intake/domain';`, 'a package is imported by its name alone'],
    ['libs/testing/src/x.ts', `import '@lianban/intake';`, 'a library never imports an app'],
    [
      'apps/routing/src/x.ts',
      `import '@lianban/adapter-kit';`,
      'this package may import messaging, service-kit, contracts, catalogue',
    ],
    [
      'tools/provider-simulator/src/x.ts',
      `import '@lianban/messaging';`,
      'this package may import service-kit, contracts, catalogue',
    ],
    ['libs/service-kit/src/x.ts', `import '@lianban/contracts';`, 'this package may import nothing of ours'],
    [
      'libs/messaging/src/x.ts',
      `import '@lianban/catalogue';`,
      'this package may import contracts, service-kit',
    ],
    [
      'libs/catalogue/src/x.ts',
      `import '@lianban/messaging';`,
      'this package may import contracts, service-kit',
    ],
    ['libs/engines/src/x.ts', `import '@lianban/contracts';`, 'this package may import nothing of ours'],
    [
      'apps/intake/src/x.ts',
      `import '@lianban/testing';`,
      'only specs, mothers, tools/bench, tools/chaos, tools/e2e, tools/fuzz and tools/interop import testing',
    ],
    [
      'apps/intake/src/x.ts',
      `import '@lianban/contracts/src/words.js';`,
      'a package is imported by its name alone',
    ],
    [
      'apps/intake/src/a/x.ts',
      `import '../../../routing/src/main.js';`,
      'a relative import stays inside its package',
    ],
    [
      'tools/e2e/src/browser/words.ts',
      `import '../../../../apps/web/pages/staff/areas.js';`,
      'a relative import stays inside its package',
    ],
    [
      'libs/messaging/src/x.ts',
      `import { Kafka } from 'kafkajs';`,
      'one file knows kafkajs, libs/messaging/src/kafka/kafka-client.ts',
    ],
    [
      'libs/novelty/src/x.ts',
      `import '@lianban/contracts';`,
      'this package has no rule yet, say in libs/testing/src/architecture.ts what it may import',
    ],
    [
      'tools/novelty/src/x.ts',
      `import '@lianban/contracts';`,
      'this package has no rule yet, say in libs/testing/src/architecture.ts what it may import',
    ],
  ])('in %s by %s is named with its rule: %s', (file, text, rule) => {
    const [, target] = /'(.+)'/.exec(text)!;
    expect(breach(file, text)).toEqual([`${file} imports ${target}: ${rule}`]);
  });

  it('is found in the dependencies of a package', () =>
    expect(
      breach(
        'apps/intake/package.json',
        '{"dependencies": {"@lianban/routing": "0.1.0", "kafkajs": "2.2.4"}}',
      ),
    ).toEqual([
      'apps/intake/package.json imports @lianban/routing: an app never imports an app',
      'apps/intake/package.json imports kafkajs: one file knows kafkajs, libs/messaging/src/kafka/kafka-client.ts',
    ]));

  it('is reading the environment, in code and not in a comment', () => {
    expect(breach('apps/intake/src/x.ts', 'const url = process.env.URL;')).toEqual([
      'apps/intake/src/x.ts reads process.env: a service is given its environment by serve()',
    ]);
    expect(breach('apps/intake/src/x.ts', '// never process.env\n/** nor process.env */')).toEqual([]);
  });
});

describe('no breach', () => {
  it.each([
    ['apps/adapter-gas/src/x.ts', `import '@lianban/adapter-kit';`],
    ['apps/standalone/src/x.ts', `import '@lianban/intake'; import '@lianban/engines';`],
    ['apps/standalone/package.json', '{"dependencies": {"@lianban/provider-simulator": "0.1.0"}}'],
    ['tools/openapi/src/x.ts', `import '@lianban/standalone';`],
    ['tools/simulation/src/x.ts', `import '@lianban/intake/domain'; import '@lianban/adapter-kit/domain';`],
    ['apps/intake/src/x.spec.ts', `import '@lianban/testing'; import '@lianban/engines';`],
    ['apps/intake/src/x.mother.ts', `import '@lianban/testing';`],
    ['tools/e2e/src/x.ts', `import '@lianban/testing'; process.env.X;`],
    ['tools/bench/src/x.ts', `import '@lianban/testing'; import '@lianban/engines';`],
    ['libs/messaging/src/kafka/kafka-client.ts', `import 'kafkajs';`],
    ['libs/service-kit/src/serve.ts', `process.env;`],
    [
      'tools/e2e/src/browser/words.ts',
      `import type x from '../../../../apps/web/pages/staff/locales/en/shell.json';`,
    ],
    ['apps/intake/src/a/x.ts', `import '../b/y.js'; // import '@lianban/routing'`],
    ['apps/intake/src/x.ts', `const text = "import '@lianban/routing'";`],
  ])('is in %s with %s', (file, text) => expect(breach(file, text)).toEqual([]));
});
