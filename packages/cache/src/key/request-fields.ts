import {
  toJsonSchema,
  type CallOptions,
  type CompletionRequest,
  type Message,
  type ModelSpec,
  type Part,
  type Provider,
  type Schema,
  type ToolDefinition,
} from '@llm/core'
import type { CachedOperation } from './cache-key.ts'
import { canonicalJson } from './canonical-json.ts'

/** What decides an answer, field by field. */
export type RequestFields = Readonly<Record<string, unknown>>

/** What is told apart by where it is sent. */
export type Host = Pick<Provider, 'id' | 'protocol' | 'baseURL'>

/** All of a request that can change the answer, in one form for what means the same. */
export function completionFields(host: Host, request: CompletionRequest): RequestFields {
  const { signal: _, timeout: _t, metadata: _m, warnings: _w, media: _l, ...asked } = request
  const { spec, messages, tools, output, ...rest } = asked
  return {
    ...hostFields(host, 'complete'),
    ...withoutDefaults(rest),
    spec: spec && once(spec, specText),
    messages: messages.map(plainMessage),
    tools: tools === undefined || tools.length === 0 ? undefined : tools.map(toolFields),
    output: output === undefined || output === 'json' ? output : schemaText(output),
  }
}

/** Any other request, and what of it names the call or says how long it may take. */
export interface PlainRequest extends CallOptions {
  readonly spec?: ModelSpec | undefined
  readonly warnings?: unknown
}

/** All of any other request that can change the answer. */
export function plainFields<R extends PlainRequest>(host: Host, operation: CachedOperation, request: R): RequestFields {
  const { signal: _, timeout: _t, metadata: _m, warnings: _w, idempotencyKey: _k, spec, ...rest } = request
  return { ...hostFields(host, operation), ...rest, spec: spec && once(spec, specText) }
}

function hostFields({ id, protocol, baseURL }: Host, operation: CachedOperation): RequestFields {
  return { provider: id, protocol, baseURL: baseURL?.replace(/\/+$/, ''), operation }
}

type Rest = Omit<
  CompletionRequest,
  'signal' | 'timeout' | 'metadata' | 'warnings' | 'media' | 'spec' | 'messages' | 'tools' | 'output'
>

/** What is the default where it is left out too. */
const DEFAULTS: Partial<Record<keyof Rest, unknown>> = {
  toolChoice: 'auto',
  webSearch: false,
  unsupportedMedia: 'placeholder',
  strict: false,
}

function withoutDefaults(rest: Rest): RequestFields {
  const { stop, ...fields } = rest
  const kept = Object.entries(fields).filter(([name, value]) => DEFAULTS[name as keyof Rest] !== value)
  return { ...Object.fromEntries(kept), stop: stop?.length === 0 ? undefined : stop }
}

function plainMessage({ role, content }: Message): RequestFields {
  return { content: typeof content === 'string' ? content : plainContent(content), role }
}

/** A text, and a list with nothing but that text, mean the same. */
function plainContent(parts: readonly Part[]): string | readonly Part[] {
  const [first] = parts
  if (first === undefined) return ''
  if (parts.length > 1 || first.type !== 'text') return parts
  const { type: _, text, ...more } = first
  return Object.values(more).every(value => value === undefined) ? text : parts
}

/** What the model is told of a tool, and not how it is run. */
function toolFields({ name, description, parameters, strict }: ToolDefinition): RequestFields {
  return { name, description, strict, parameters: parameters && schemaText(parameters) }
}

/** Schema libraries take their time to write JSON Schema, and their objects do not change. Plain data may. */
function schemaText(schema: Schema): string {
  return '~standard' in schema ? once(schema, toText) : toText(schema)
}

const toText = (schema: Schema): string => canonicalJson(toJsonSchema(schema))

/** Its price and its dates change no answer. */
function specText({ price: _, deprecated: _d, releasedAt: _r, knowledgeCutoff: _k, ...rules }: ModelSpec): string {
  return canonicalJson(rules)
}

const texts = new WeakMap<object, string>()

function once<T extends object>(object: T, write: (object: T) => string): string {
  const known = texts.get(object)
  if (known !== undefined) return known
  const text = write(object)
  texts.set(object, text)
  return text
}
