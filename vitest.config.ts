import { defineConfig } from 'vitest/config'

// Workspace packages resolve to their sources. `node` stands here because setting conditions replaces Vite's own list.
const conditions = ['@llm/source', 'node']
const ci = Boolean(process.env.CI)

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    setupFiles: ['scripts/test-setup.ts'],
    // A machine that has much to do fails no test.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'packages', include: ['packages/*/src/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'scripts',
          include: ['scripts/**/*.test.ts'],
          exclude: ['scripts/faults/**', '**/node_modules/**'],
        },
      },
      { extends: true, test: { name: 'examples', include: ['examples/src/**/*.test.ts'] } },
      // Its tests mostly wait.
      { extends: true, test: { name: 'faults', include: ['scripts/faults/**/*.test.ts'], maxConcurrency: 12 } },
    ],
    reporters: ci ? ['default', 'json'] : ['default'],
    outputFile: { json: 'node_modules/.cache/vitest.json' },
    coverage: {
      enabled: ci,
      reporter: ['text-summary', 'html', 'json-summary'],
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/__fixtures__/**'],
      thresholds: {
        lines: 90,
        branches: 90,
        'packages/core/src/**': { lines: 98, branches: 93 },
        // A call, its stream, its tools, and all that can go wrong.
        'packages/core/src/{errors,http,leaf,schema,stream,tools}/**': { lines: 99.5 },
      },
    },
  },
})
