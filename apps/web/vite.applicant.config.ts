import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The applicant's page, for a slow phone: React's interface on Preact, which leaves three times the room. */
export default defineConfig({
  root: 'pages/applicant',
  base: '/applicant/',
  plugins: [react()],
  html: { cspNonce: '__NONCE__' },
  resolve: {
    alias: {
      'react-dom/client': 'preact/compat/client',
      'react-dom': 'preact/compat',
      'react/jsx-runtime': 'preact/jsx-runtime',
      react: 'preact/compat',
    },
  },
  build: { outDir: '../../dist/applicant', emptyOutDir: true, target: 'es2020' },
});
