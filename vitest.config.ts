import { defineConfig } from 'vitest/config'

const conditions = ['@llm/source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: ['packages/*'],
    coverage: { include: ['packages/*/src/**'], exclude: ['**/*.test.ts'] },
  },
})
