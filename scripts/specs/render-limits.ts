import type { ModelSpec, ParameterName, ParameterSpec } from '../../packages/core/src/specs/model-spec.ts'

/**
 * Writes the specs of a family as a table of types: for each model, what it refuses as options that can only be left out,
 * and the values that it takes where they are few. What depends on other options stays for the warnings at run time.
 */
export function renderLimits(name: string, specs: readonly ModelSpec[]): string {
  const rows = specs
    .map(({ id, parameters }) => ({ id, limits: limitsOf(parameters) }))
    .filter(({ limits }) => limits !== '')
    .map(({ id, limits }) => `  ${key(id)}: { ${limits} }`)
  return [
    '// Written by `pnpm types:update` from the specs: do not edit.',
    '',
    '/** What each model refuses, as types: options that can only be left out, and the values that others take. */',
    `export interface ${name}Limits {`,
    ...rows.sort(),
    '}',
    '',
  ].join('\n')
}

type Parameters = ModelSpec['parameters']

function limitsOf(parameters: Parameters): string {
  const names = (Object.keys(parameters) as ParameterName[]).sort()
  const types = names.flatMap(name => {
    const type = typeOf(parameters[name])
    return type === undefined ? [] : [{ path: name.split('.'), type }]
  })
  const plain = types.filter(({ path }) => path.length === 1).map(({ path, type }) => field(path[0] ?? '', type))
  const reasoning = types.filter(({ path }) => path.length === 2).map(({ path, type }) => field(path[1] ?? '', type))
  return [...plain, ...(reasoning.length === 0 ? [] : [field('reasoning', `{ ${reasoning.join('; ')} }`)])].join('; ')
}

function field(name: string, type: string): string {
  return `readonly ${name}?: ${type === 'undefined' ? type : `${type} | undefined`}`
}

function typeOf({ supported, values }: ParameterSpec = {}): string | undefined {
  if (supported === false) return 'undefined'
  return values?.map(value => (typeof value === 'string' ? `'${value}'` : String(value))).join(' | ')
}

function key(id: string): string {
  return /^[\w$]+$/.test(id) && !/^\d/.test(id) ? id : `'${id}'`
}
