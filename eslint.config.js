import eslint from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import noRetiredNames from './scripts/no-retired-names.mjs';

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.schemathesis/**', 'apps/web/pages/api/**'] },
  eslint.configs.recommended,
  ...tseslint.configs.recommended,
  {
    languageOptions: { globals: globals.node },
    plugins: { lianban: { rules: { 'no-retired-names': noRetiredNames } } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
      'lianban/no-retired-names': 'error',
    },
  },
  { files: ['scripts/**', '**/*.spec.ts'], rules: { 'no-console': 'off' } },
  { files: ['apps/web/pages/**'], languageOptions: { globals: globals.browser } },
);
