import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { defineConfig, includeIgnoreFile } from 'eslint/config'
import tseslint from 'typescript-eslint'

const tests = '**/*.test.ts'
const anyRuntime = ['core', 'protocol-*', 'provider-*', 'client-*'].map(name => `packages/${name}/src/**/*.ts`)
const nodeOnly = 'This package runs wherever there is fetch: import node modules inside the function that needs them.'

export default defineConfig(
  includeIgnoreFile(join(import.meta.dirname, '.gitignore')),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      // An async function without await keeps a contract; an unawaited promise is caught by no-floating-promises.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-params': ['error', 3],
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: anyRuntime,
    ignores: [tests],
    rules: {
      'no-console': 'error',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: builtinModules.map(name => ({ name, message: nodeOnly, allowTypeImports: true })),
          patterns: [{ regex: '^node:', message: nodeOnly, allowTypeImports: true }],
        },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ImportExpression:not(:function ImportExpression) > Literal[value=/^node:/]', message: nodeOnly },
      ],
    },
  },
  // An index is a list of exports, which is as long as it is.
  { files: ['packages/*/src/**/index.ts'], rules: { 'max-lines': 'off' } },
  {
    files: [tests],
    rules: {
      'max-lines': ['error', 800],
      'max-lines-per-function': 'off',
      // Matchers such as `expect.any()` and parsed JSON are `any` by their own declaration.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
)
