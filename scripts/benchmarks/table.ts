/** Numbers that were measured: a row for each contestant, a column for each case. */
export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly { readonly name: string; readonly cells: readonly (number | undefined)[] }[]
  /** Show, beside each number, how many times the first row's it is. */
  readonly compare: boolean
}

/** A Markdown table, aligned to be read as it is. */
export function formatTable({ title, columns, rows, compare }: Table): string {
  const [first] = rows
  const lines = rows.map(({ name, cells }) => [
    name,
    ...cells.map((cell, column) => formatCell(cell, compare ? first?.cells[column] : undefined)),
  ])
  const grid = [['', ...columns], ...lines]
  const widths = grid[0]?.map((_, column) => Math.max(3, ...grid.map(row => row[column]?.length ?? 0))) ?? []
  const [head, ...body] = grid.map(row => formatRow(row, widths))
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [`**${title}**`, '', head, rule, ...body].join('\n')
}

function formatRow(row: readonly string[], widths: readonly number[]): string {
  const padded = row.map((cell, column) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
  )
  return `| ${padded.join(' | ')} |`
}

function formatCell(value: number | undefined, base: number | undefined): string {
  if (value === undefined) return ''
  const ratio = base === undefined ? '' : ` (${formatNumber(value / base)}×)`
  return `${formatNumber(value)}${ratio}`
}

/** Three digits that count, and no more precision than a run has. */
function formatNumber(value: number): string {
  const size = Math.abs(value)
  return value.toFixed(size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2)
}
