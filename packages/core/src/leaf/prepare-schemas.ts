import type { CompletionRequest } from '../completion.ts'
import { compileSchema } from '../schema/compile-schema.ts'
import type { SchemaDialect } from '../schema/dialect.ts'
import type { JsonSchema } from '../schema/schema.ts'
import { isStrictSchema } from '../schema/strict-schema.ts'
import { toJsonSchema } from '../schema/to-json-schema.ts'
import type { ToolDefinition } from '../tools/tool.ts'
import type { Warning } from '../warning.ts'
import type { PreparedOutput, PreparedTool } from './codec.ts'

const NO_PARAMETERS: JsonSchema = { type: 'object', properties: {} }

/** Writes the schemas of a request in the dialect of its model; what that loses is a warning. */
export class SchemaPreparer {
  #dialect: SchemaDialect | undefined
  #warnings: Warning[]

  constructor(dialect: SchemaDialect | undefined, warnings: Warning[]) {
    this.#dialect = dialect
    this.#warnings = warnings
  }

  tool({ name, description, parameters, strict }: ToolDefinition): PreparedTool {
    const schema = parameters === undefined ? NO_PARAMETERS : toJsonSchema(parameters)
    if (this.#dialect === undefined || (this.#dialect.strictOnly === true && strict !== true)) {
      return { name, description, schema, strict }
    }
    const compiled = this.#compile(schema, `tool ${name}`)
    return { name, description, schema: compiled.schema, strict: strict === true ? compiled.strict : strict }
  }

  output(output: CompletionRequest['output']): PreparedOutput | undefined {
    if (output === undefined) return undefined
    if (output === 'json') return { type: 'json' }
    const schema = toJsonSchema(output)
    const name = nameOf(schema)
    if (this.#dialect === undefined) return { type: 'schema', name, schema, strict: isStrictSchema(schema) }
    return { type: 'schema', name, ...this.#compile(schema, 'output') }
  }

  /** A schema that the dialect cannot hold a model to goes as it is, without being enforced. */
  #compile(schema: JsonSchema, where: string): { readonly schema: JsonSchema; readonly strict: boolean } {
    const { schema: compiled, losses, open } = compileSchema(schema, this.#dialect ?? {})
    if (open) {
      this.#warn(
        `The schema of ${where} lets an object have any keys, which this model cannot be held to; it is not enforced.`,
      )
      return { schema, strict: false }
    }
    if (losses.length > 0)
      this.#warn(`Of the schema of ${where}, ${losses.join(', ')}. The answer is still checked against it.`)
    return { schema: compiled, strict: true }
  }

  #warn(message: string): void {
    this.#warnings.push({ code: 'schema-changed', message, parameter: 'output' })
  }
}

/** A schema's title as a name that hosts take. */
function nameOf({ title }: JsonSchema): string {
  const name = typeof title === 'string' ? title.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) : ''
  return name || 'output'
}
