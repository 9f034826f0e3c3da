import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

interface Manifest {
  exports: Record<string, { '@llm/source'?: string }>
}

/** The one build of every package: entry points are what its `package.json` exports. Declarations come from `tsc -b`. */
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest

export default defineConfig({
  entry: Object.values(manifest.exports).flatMap(entry => entry['@llm/source'] ?? []),
  format: 'esm',
  target: 'es2023',
  platform: 'neutral',
  splitting: true,
  sourcemap: true,
  // JavaScript of an earlier build would be packed too. The declarations are what `tsc -b` knows it has written.
  clean: ['!**/*.d.ts', '!**/*.d.ts.map'],
  dts: false,
  silent: true,
  // Some runtimes know their built-in modules only by this name, and Node some of its own: `node:sqlite`.
  removeNodeProtocol: false,
  external: [/^node:/],
})
