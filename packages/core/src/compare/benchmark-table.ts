import type { BenchmarkResult, BenchmarkRow } from './benchmark-providers.ts'
import type { Distribution } from './statistics.ts'

const COLUMNS: readonly (readonly [title: string, cell: (row: BenchmarkRow) => string])[] = [
  ['provider', row => row.provider],
  ['calls', row => String(row.calls)],
  ['errors', row => String(row.errors)],
  ['first token ms', row => both(row.firstTokenMs, 0)],
  ['total ms', row => both(row.totalMs, 0)],
  ['tokens/s', row => both(row.tokensPerSecond, 1)],
  ['cost $', row => both(row.cost, 6)],
  ['fits schema', row => (row.compliance === undefined ? '–' : `${(row.compliance * 100).toFixed(0)} %`)],
]

/**
 * A comparison as a Markdown table: median and 95th percentile of each figure.
 *
 * @example
 * ```ts
 * import { benchmarkTable } from '@llm/core'
 *
 * console.log(benchmarkTable({ rows: [{ provider: 'here', calls: 3, errors: 0 }], runs: [] }))
 * ```
 */
export function benchmarkTable({ rows }: BenchmarkResult): string {
  const titles = COLUMNS.map(([title]) => title)
  const lines = [titles, titles.map(() => '---'), ...rows.map(row => COLUMNS.map(([, cell]) => cell(row)))]
  return lines.map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function both(figures: Distribution | undefined, digits: number): string {
  return figures === undefined ? '–' : `${figures.median.toFixed(digits)} / ${figures.p95.toFixed(digits)}`
}
