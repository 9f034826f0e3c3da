import { defined, isRecord, UnsupportedOperationError, type JsonSchema, type PreparedTool } from '@llm/core'
import { warnDropped, type GoogleRequest } from './google-request.ts'

/** Functions, and the tools that Google runs itself. Reference: https://ai.google.dev/api/caching#Tool */
export function renderTools(request: GoogleRequest): object[] | undefined {
  const functions = request.tools.map(renderFunction)
  const tools = [...(functions.length > 0 ? [{ functionDeclarations: functions }] : []), ...hostTools(request)]
  return tools.length > 0 ? tools : undefined
}

function hostTools(request: GoogleRequest): readonly object[] {
  return [...renderSearch(request), ...renderFileSearch(request), ...(request.options.tools ?? [])]
}

function renderFunction({ name, description, schema }: PreparedTool): object {
  const { properties } = schema
  const bare = isRecord(properties) && Object.keys(properties).length === 0
  return defined({ name, description, parametersJsonSchema: bare ? undefined : fitSchema(schema) })
}

/** The subset of JSON Schema has no `const`. Source: https://ai.google.dev/api/generate-content#FIELDS.response_json_schema */
export function fitSchema(schema: JsonSchema): JsonSchema {
  return fit(schema) as JsonSchema
}

function fit(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fit)
  if (!isRecord(value)) return value
  const { const: only, ...rest } = value
  const fields = typeof only === 'string' || typeof only === 'number' ? { ...rest, enum: [only] } : value
  return Object.fromEntries(Object.entries(fields).map(([key, item]) => [key, key === 'enum' ? item : fit(item)]))
}

function renderSearch(request: GoogleRequest): object[] {
  const { webSearch, provider } = request
  if (webSearch === undefined || webSearch === false) return []
  const { domains, blockedDomains, location, maxUses } = webSearch === true ? {} : webSearch
  const excludes = provider === 'vertex'
  for (const [key, value] of Object.entries({ domains, location, maxUses, ...(!excludes && { blockedDomains }) })) {
    if (value !== undefined) warnDropped(request, `webSearch.${key}`)
  }
  return [{ googleSearch: defined({ excludeDomains: excludes ? blockedDomains : undefined }) }]
}

function renderFileSearch({ fileSearch, provider }: GoogleRequest): object[] {
  if (fileSearch === undefined) return []
  if (provider === 'vertex') {
    throw new UnsupportedOperationError({
      message: 'vertex has no file search.',
      hint: 'Use google(), or a retrieval tool in providerOptions.vertex.tools.',
    })
  }
  const { vectorStoreIds, maxResults, filters } = fileSearch
  return [{ fileSearch: defined({ fileSearchStoreNames: vectorStoreIds, topK: maxResults, metadataFilter: filters }) }]
}

/** Reference: https://ai.google.dev/api/caching#ToolConfig */
export function renderToolConfig(request: GoogleRequest): object | undefined {
  const config = defined({
    functionCallingConfig: request.tools.length > 0 ? renderChoice(request) : undefined,
    // Functions beside tools that Google runs are taken only with this; Vertex knows it not.
    includeServerSideToolInvocations:
      request.provider !== 'vertex' && request.tools.length > 0 && hasHostTools(request) ? true : undefined,
  })
  return Object.keys(config).length > 0 ? config : undefined
}

function hasHostTools({ webSearch = false, fileSearch, options }: GoogleRequest): boolean {
  return webSearch !== false || fileSearch !== undefined || (options.tools ?? []).length > 0
}

function renderChoice({ toolChoice = 'auto', tools }: GoogleRequest): object | undefined {
  if (typeof toolChoice === 'object') return { mode: 'ANY', allowedFunctionNames: [toolChoice.name] }
  if (toolChoice === 'none') return { mode: 'NONE' }
  if (toolChoice === 'required') return { mode: 'ANY' }
  return tools.some(tool => tool.strict === true) ? { mode: 'VALIDATED' } : undefined
}
