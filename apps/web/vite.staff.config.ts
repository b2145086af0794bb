import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The pages of those who work here: counter, workbench, operations. */
export default defineConfig({
  root: 'pages/staff',
  base: '/staff/',
  plugins: [react()],
  html: { cspNonce: '__NONCE__' },
  build: { outDir: '../../dist/staff', emptyOutDir: true, target: 'es2023' },
});
