import { gzipSync } from 'node:zlib';
import { languageForm, lookUpForm, toHtml, WORDS } from '@lianban/status-page';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The form that works without scripts, in the page itself. */
const withLookUpForm: Plugin = {
  name: 'look-up-form',
  transformIndexHtml: (html) =>
    html.replace(
      '<!--look-up-->',
      `${toHtml(languageForm('zh-CN'))}${toHtml(lookUpForm('zh-CN'))}<noscript><p class="hint">${WORDS['zh-CN'].lookUp.lost}</p></noscript>`,
    ),
};

/** A slow phone gets packed files; they are packed once. */
const packed: Plugin = {
  name: 'packed',
  generateBundle(_, bundle) {
    for (const [fileName, file] of Object.entries(bundle)) {
      const content = file.type === 'chunk' ? file.code : file.source;
      if (/\.(js|css)$/.test(fileName))
        this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gzipSync(content, { level: 9 }) });
    }
  },
};

/** The applicant's page, for a slow phone: React's interface on Preact, which leaves three times the room. */
export default defineConfig({
  root: 'pages/applicant',
  base: '/applicant/',
  plugins: [react(), withLookUpForm, packed],
  html: { cspNonce: '__NONCE__' },
  resolve: {
    alias: {
      'react-dom/client': 'preact/compat/client',
      'react-dom': 'preact/compat',
      'react/jsx-runtime': 'preact/jsx-runtime',
      react: 'preact/compat',
    },
  },
  build: {
    outDir: '../../dist/applicant',
    emptyOutDir: true,
    target: 'es2020',
    modulePreload: false,
    // The style has a name that lasts, because the page that tracking writes names it too.
    rolldownOptions: {
      output: {
        assetFileNames: ({ names }) =>
          names.some((name) => name.endsWith('.css')) ? 'applicant.css' : 'assets/[name]-[hash][extname]',
      },
    },
  },
});
