// How Jest runs a spec file: by jest-circus as always, but in the worker's own realm, its modules loaded by Node.
// A worker so reads a library once and not again for each of hundreds of files, which was half of a run's time.
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ModernFakeTimers } from '@jest/fake-timers';
import { transformSync } from '@swc/core';
import { ModuleMocker } from 'jest-mock';

const require = createRequire(import.meta.url);
const runFile = require('jest-circus/runner').default;
const { $schema: _, ...swc } = JSON.parse(readFileSync(new URL('./.swcrc', import.meta.url), 'utf8'));
const isSource = (url) => url?.endsWith('.ts') && !url.includes('/node_modules/');

registerHooks({
  // Our sources import './x.js' as Node will see it after the build; before the build the file is './x.ts'.
  resolve: (specifier, context, next) =>
    isSource(context.parentURL)
      ? next(specifier.startsWith('.') ? specifier.replace(/\.js$/, '.ts') : specifier, {
          ...context,
          conditions: ['lianban-source', ...context.conditions],
        })
      : next(specifier, context),
  load(url, context, next) {
    if (!isSource(url)) return next(url, context);
    const filename = fileURLToPath(url);
    const options = { ...swc, swcrc: false, filename, sourceMaps: 'inline' };
    const { code } = transformSync(readFileSync(filename, 'utf8'), options);
    return { format: 'module', source: code, shortCircuit: true };
  },
});
process.setSourceMapsEnabled(true);

/** What jest-circus asks of Jest's own loader of modules. */
const runtime = {
  unstable_shouldLoadAsEsm: () => true,
  unstable_importModule: (path) => import(pathToFileURL(path).href),
  requireModule: require,
  // The framework keeps one file's tests: each file gets it anew.
  requireInternalModule(path) {
    delete require.cache[path];
    return require(path);
  },
  setGlobalsForRuntime() {},
  enterTestCode() {},
  leaveTestCode() {},
};

/** The part of the `jest` object that the specs use. */
function mocks(config) {
  const mocker = new ModuleMocker(globalThis);
  const timers = new ModernFakeTimers({ config, global: globalThis });
  return {
    spyOn: mocker.spyOn.bind(mocker),
    restoreAllMocks: () => mocker.restoreAllMocks(),
    useFakeTimers: () => timers.useFakeTimers(),
    useRealTimers: () => timers.useRealTimers(),
    advanceTimersByTimeAsync: (ms) => timers.advanceTimersByTimeAsync(ms),
  };
}

/** A `testRunner` of Jest's configuration: takes a spec file, gives its `TestResult`. */
export default function runSpec(globalConfig, config, environment, _runtime, path, report) {
  const { console } = globalThis;
  const env = { ...process.env };
  // Jest puts its own reader of source maps here, which knows only what Jest has loaded.
  Error.prepareStackTrace = undefined;
  globalThis.console = environment.global.console;
  globalThis.jest = mocks(config);
  globalThis[Symbol.for('TEST_TIMEOUT_SYMBOL')] = config.testTimeout;
  return runFile(globalConfig, config, { global: globalThis }, runtime, path, report).finally(() => {
    // What a file leaves behind, the next one does not find.
    globalThis.jest.restoreAllMocks();
    globalThis.console = console;
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
    delete globalThis[Symbol.for('EVENT_HANDLERS')];
    for (const symbol of Object.getOwnPropertySymbols(globalThis))
      if (symbol.description === 'JEST_STATE_SYMBOL') delete globalThis[symbol];
  });
}
