import type { SchemaDialect } from '@llm/core'

/**
 * The subset of JSON Schema that strict mode takes. Source:
 * https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 */
export const STRICT_DIALECT: SchemaDialect = {
  strictOnly: true,
  closed: true,
  optional: 'nullable',
  oneOfAsAnyOf: true,
  keywords: (
    'type properties required additionalProperties items enum const anyOf $ref $defs definitions title pattern format ' +
    'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minItems maxItems'
  ).split(' '),
  formats: 'date-time time date duration email hostname ipv4 ipv6 uuid'.split(' '),
}
