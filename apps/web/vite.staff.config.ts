import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The pages of those who work here: counter, workbench, operations. */
export default defineConfig({
  root: 'pages/staff',
  base: '/staff/',
  plugins: [react()],
  build: { outDir: '../../dist/staff', emptyOutDir: true, target: 'es2023' },
});
