import type { BatchClient, BatchItem, CompletionRequest, EmbeddingRequest } from '@llm/core'
import { loadCassettes, replayFetch, type Cassette, type Exchange } from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { openai } from './openai.ts'

const folder = process.env['LLM_RECORDINGS']
const cassettes = folder === undefined ? [] : await loadCassettes(`${folder}/openai`)
const SEEDS = [1, 2, 3]

type Fields = Readonly<Record<string, unknown>>
type Provider = ReturnType<typeof openai>

interface Line {
  readonly custom_id: string
  readonly url: string
  readonly body: Fields
  readonly response: { readonly body: Fields }
}

function cassetteOf(endpoint: string): Cassette {
  const found = cassettes.find(
    ({ api, exchanges }) => api === 'batch' && (exchanges[1]?.request.json as Fields)['endpoint'] === endpoint,
  )
  if (found === undefined) throw new Error(`There is no batch for ${endpoint}.`)
  return found
}

function linesOf(text: unknown): readonly Line[] {
  const lines = String(text).trim().split('\n')
  return lines.map(line => JSON.parse(line) as Line)
}

/** The lines of the file that was uploaded, in a recording or by a call. One text means the same as a list of one. */
function uploadedLines(parts: unknown): readonly Line[] {
  const file = (parts as readonly Fields[]).find(({ name }) => name === 'file')
  const lines = linesOf(file?.['text'] ?? atob(String(file?.['base64'])))
  return lines.map(line => ({ ...line, body: { ...line.body, input: [line.body['input']].flat() } }))
}

/** What a state is called here. */
const STATES: Readonly<Record<string, string>> = {
  validating: 'queued',
  in_progress: 'running',
  completed: 'completed',
}

function expectedStatus({ response }: Exchange): object {
  const wire = response.json as { status: string; created_at: number; expires_at: number; request_counts: Fields }
  return {
    state: STATES[wire.status],
    total: wire.request_counts['total'],
    succeeded: wire.request_counts['completed'],
    failed: wire.request_counts['failed'],
    createdAt: new Date(wire.created_at * 1000).toISOString(),
    expiresAt: new Date(wire.expires_at * 1000).toISOString(),
  }
}

/**
 * Goes through a whole recorded batch: creates it, asks for it until it has ended, takes its results; checks each status
 * and each request on the way.
 */
async function replayBatch<Request>(
  { exchanges }: Cassette,
  seed: number,
  {
    batchOf,
    readBody,
  }: { batchOf: (provider: Provider) => BatchClient<Request, unknown>; readBody: (body: Fields) => Request },
): Promise<readonly BatchItem<unknown>[]> {
  const { fetch, requests } = replayFetch(exchanges, { seed })
  const batches = batchOf(openai({ apiKey: 'sk-test', fetch }))
  const recorded = uploadedLines(exchanges[0]?.request.multipart)
  const statuses = [await batches.create({ requests: recorded.map(({ body }) => readBody(body)) })]
  const { id } = statuses[0] ?? { id: '' }
  // The last two are the status and the file that the results are read from.
  while (statuses.length < exchanges.length - 3) statuses.push(await batches.get(id))
  const results = await batches.results(id)
  expect(statuses).toMatchObject(exchanges.slice(1, -2).map(expectedStatus))
  expect(requests.map(({ url, method }) => [method, url])).toEqual(
    exchanges.map(({ request }) => [request.method, request.url]),
  )
  expect(uploadedLines(requests[0]?.body)).toEqual(recorded)
  expect(requests[1]?.body).toEqual(exchanges[1]?.request.json)
  return results
}

/** The recorded answers, in the order of the requests. */
function answersOf({ exchanges }: Cassette): readonly Fields[] {
  const lines = [...linesOf(exchanges.at(-1)?.response.text)]
  return lines.sort((a, b) => Number(a.custom_id) - Number(b.custom_id)).map(({ response }) => response.body)
}

interface Item {
  readonly type: string
  readonly content?: readonly { readonly text: string }[]
}

test('a structured answer is an object where its request is given', async () => {
  const body = {
    id: 'r1',
    status: 'completed',
    output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: '{"value":["a"]}' }] }],
  }
  const batch = { id: 'b1', status: 'completed', output_file_id: 'f1', request_counts: { total: 1 } }
  const lines = JSON.stringify({ custom_id: '0', response: { status_code: 200, body } })
  const fetch: typeof globalThis.fetch = async input =>
    String(input instanceof Request ? input.url : input).includes('/files/')
      ? new Response(lines)
      : Response.json(batch)
  const { batches } = openai({ apiKey: 'sk-test', fetch })
  const request: CompletionRequest = {
    model: 'm',
    messages: [{ role: 'user', content: 'List.' }],
    output: { type: 'array', items: { type: 'string' } },
  }
  expect(await batches.results('b1', { requests: [request] })).toMatchObject([{ ok: true, value: { object: ['a'] } }])
  expect((await batches.results('b1'))[0]).not.toHaveProperty('value.object')
})

describe.skipIf(folder === undefined)('recorded batches of OpenAI (LLM_RECORDINGS)', () => {
  test.each(SEEDS)('completions (seed %i)', async seed => {
    const cassette = cassetteOf('/v1/responses')
    const results = await replayBatch<CompletionRequest>(cassette, seed, {
      batchOf: ({ batches }) => batches,
      readBody: ({ model, input }) => ({
        model: String(model),
        messages: (input as { content: string }[]).map(({ content }) => ({ role: 'user', content })),
      }),
    })
    expect(results).toMatchObject(
      answersOf(cassette).map(({ id, model, output, usage }) => ({
        ok: true,
        value: {
          id,
          model,
          text: (output as Item[])
            .flatMap(({ type, content = [] }) => (type === 'message' ? content : []))
            .map(({ text }) => text)
            .join(''),
          finishReason: 'stop',
          usage: {
            inputTokens: (usage as Fields)['input_tokens'],
            outputTokens: (usage as Fields)['output_tokens'],
            reasoningTokens: ((usage as Fields)['output_tokens_details'] as Fields)['reasoning_tokens'],
          },
        },
      })),
    )
  })

  test.each(SEEDS)('embeddings (seed %i)', async seed => {
    const cassette = cassetteOf('/v1/embeddings')
    const results = await replayBatch<EmbeddingRequest>(cassette, seed, {
      batchOf: ({ embeddingBatches }) => embeddingBatches,
      readBody: ({ model, input, dimensions }) => ({
        model: String(model),
        input: input as string[],
        dimensions: dimensions as number | undefined,
      }),
    })
    expect(results).toMatchObject(
      answersOf(cassette).map(({ data, usage }) => ({
        ok: true,
        value: {
          vectors: (data as { embedding: number[] }[]).map(({ embedding }) => Float32Array.from(embedding)),
          usage: { inputTokens: (usage as Fields)['prompt_tokens'] },
        },
      })),
    )
  })
})
