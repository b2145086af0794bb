// Part of the build: every service as a program of a few files with all it needs, and what runs all of them in one process.
// Read from the more than thousand files of its packages it takes half as much again to start. Only for starting: everything
// else imports the separate modules.
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { SERVICES } from '../libs/contracts/dist/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const standalone = join(root, 'apps/standalone/dist');
const folder = join(standalone, 'programs');
/** Program → the file that it starts from. */
const programs = {
  ...Object.fromEntries(SERVICES.map((name) => [name, `apps/${name}/dist/main.js`])),
  ...Object.fromEntries(
    ['prepare', 'migrate', 'topics', 'where'].map((name) => [
      name,
      `apps/standalone/dist/operator/${name}.js`,
    ]),
  ),
  gateway: 'apps/standalone/dist/gateway-main.js',
  issuer: 'apps/standalone/dist/issuer-main.js',
  certify: 'tools/certify/dist/main.js',
  'provider-simulator': 'tools/provider-simulator/dist/main.js',
};

/**
 * Frameworks offer to load what only some of their users install; the compilers of JSON schemas are never asked for, and ssh2
 * does without its native parts.
 */
const NEVER_ASKED_FOR = /^@fastify\/(ajv-compiler|fast-json-stringify-compiler)$|^cpu-features$/;
const outside = {
  name: 'leave outside what is not installed',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /\.node$/ }, ({ path }) => ({ path, external: true }));
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === outside || !from.importer.includes('node_modules')) return undefined;
      if (NEVER_ASKED_FOR.test(path)) return { path, external: true };
      const found = await resolve(path, { ...from, pluginData: outside });
      return found.errors.length > 0 ? { path, external: true } : undefined;
    });
  },
};

/** esbuild names each function when it is made, by a property of its own: 300 ns, and 40 where only renamed classes get one. */
const NAMING = '__name=(target,value)=>__defProp(target,"name",{value,configurable:!0})';
const NAMING_CLASSES = NAMING.replace('=>', '=>target.name===value||target.prototype===void 0?target:');

const options = {
  write: false,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // As Node finds them: a package that came twice, once for each kind of import, would not know itself.
  mainFields: ['main'],
  conditions: [],
  // Migrations and problems go by the names of their classes.
  keepNames: true,
  // V8 keeps the text of a program: 10 MB less in every service. Names stay, and lines short enough to be found by a stack's numbers.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  legalComments: 'external',
  banner: {
    js: `import { createRequire as bundledRequire } from 'node:module'; const require = bundledRequire(import.meta.url), __dirname = import.meta.dirname;`,
  },
  inject: [join(root, 'node_modules/reflect-metadata/Reflect.js')],
  plugins: [outside],
  logLevel: 'warning',
};
rmSync(folder, { recursive: true, force: true });
const builds = await Promise.all([
  build({
    ...options,
    entryPoints: Object.entries(programs).map(([out, path]) => ({ in: join(root, path), out })),
    outdir: folder,
    splitting: true,
    chunkNames: 'shared-[hash]',
  }),
  // The engines have files of their own beside their code.
  build({
    ...options,
    entryPoints: [join(standalone, 'main.js')],
    outfile: join(standalone, 'standalone.js'),
    external: ['@lianban/engines'],
  }),
]);
// Looked for beside the code at run time; the catalogue's data makes the folder too.
for (const place of [folder, standalone]) {
  cpSync(join(root, 'libs/catalogue/dist/data'), join(place, 'data'), { recursive: true });
  cpSync(join(root, 'apps/adapter-water/dist/water-soap/water-soap.wsdl'), join(place, 'water-soap.wsdl'));
}
for (const { outputFiles } of builds) {
  for (const { path, text } of outputFiles) writeFileSync(path, text.replace(NAMING, NAMING_CLASSES));
  if (!outputFiles.some(({ text }) => text.includes(NAMING)))
    throw new Error('esbuild names functions in another way now');
}
