import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LLMock, type ChatCompletionRequest, type FixtureResponse } from '@copilotkit/aimock'

/** A loopback server in OpenAI's wire format that has a fitting answer to whatever the documentation asks. */
export async function startDocsServer(): Promise<{ baseURL: string; close: () => Promise<void> }> {
  const mock = new LLMock({ port: 0, logLevel: 'silent' })
  mock.on({ predicate: () => true }, answer)
  const mockURL = await mock.start()
  const server = createServer((request, response) => {
    forward(mockURL, request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await mock.stop()
    },
  }
}

function answer(request: ChatCompletionRequest): FixtureResponse {
  const usage = { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 }
  switch (request._endpointType) {
    case 'embedding':
      return { embedding: [0.1, 0.2, 0.3] }
    case 'image':
      return { image: { b64Json: 'iVBORw0KGgo=' } }
    case 'speech':
      return { audio: 'UklGRg==', format: 'wav' }
    case 'transcription':
      return { transcription: { text: 'Hello.', usage: { type: 'duration', seconds: 1 } } }
  }
  const tool = request.tools?.[0]?.function
  if (tool && request.messages.at(-1)?.role === 'user')
    return { toolCalls: [{ name: tool.name, arguments: JSON.stringify(sample(tool.parameters ?? {})) }], usage }
  const format = request.response_format as { json_schema?: { schema?: JSONSchema } } | undefined
  const schema = format?.json_schema?.schema
  return { content: schema ? JSON.stringify(sample(schema)) : 'Hello from the loopback server.', usage }
}

interface JSONSchema {
  $ref?: string
  $defs?: Record<string, JSONSchema>
  const?: unknown
  enum?: unknown[]
  anyOf?: JSONSchema[]
  type?: string | string[]
  properties?: Record<string, JSONSchema>
  items?: JSONSchema
  minimum?: number
}

/** The smallest value that a schema accepts, as far as documentation needs. */
export function sample(schema: JSONSchema, defs: Record<string, JSONSchema> = schema.$defs ?? {}): unknown {
  if (schema.$ref) return sample(defs[schema.$ref.replace('#/$defs/', '')] ?? {}, defs)
  if ('const' in schema) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf) return sample(schema.anyOf[0] ?? {}, defs)
  switch ([schema.type].flat()[0]) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, of]) => [key, sample(of, defs)]))
    case 'array':
      return schema.items ? [sample(schema.items, defs)] : []
    case 'string':
      return 'text'
    case 'number':
    case 'integer':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    default:
      return null
  }
}

/** Passes a request on, with the schema of the Responses API where the mock looks for it. */
async function forward(mockURL: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat((await request.toArray()) as Buffer[])
  const headers = Object.entries(request.headers).filter(([name]) => !/^(host|connection|content-length)$/.test(name))
  const answered = await fetch(mockURL + (request.url ?? '/'), {
    method: request.method ?? 'GET',
    headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
    body: body.length === 0 ? null : new Uint8Array(withResponseFormat(request, body)),
  })
  response.writeHead(answered.status, Object.fromEntries(answered.headers))
  for await (const chunk of answered.body ?? []) response.write(chunk)
  response.end()
}

function withResponseFormat(request: IncomingMessage, body: Buffer): Buffer {
  if (!request.headers['content-type']?.startsWith('application/json')) return body
  const json = JSON.parse(body.toString()) as { text?: { format?: { schema?: JSONSchema } } }
  const schema = json.text?.format?.schema
  return schema ? Buffer.from(JSON.stringify({ ...json, response_format: { json_schema: { schema } } })) : body
}
