import type { CompletionRequest, Provider } from '@llm/core'
import { CHAT, json, lines, RESPONSE, type Answer } from './answers.ts'
import type { Check } from './checks.ts'

/** What hosts keep for their account: batches, files, vector stores, caches. */

const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: '2 + 2?' }] }

async function wholeBatch({ batches }: Provider): Promise<unknown> {
  const { id } = (await batches?.create({ requests: [request] })) ?? { id: '' }
  const { state } = (await batches?.get(id)) ?? {}
  return [id, state, await batches?.results(id)]
}

const batch = (hosts: readonly string[], to: RegExp, ...answers: readonly Answer[]): Check => ({
  member: 'batches',
  hosts,
  answers,
  call: wholeBatch,
  gives: ['b1', 'completed', [{ ok: true, value: { text: '4' } }]],
  to,
})

const upload = json({ id: 'file_1' })
const made = json({ id: 'b1', status: 'validating' })
const ended = json({ id: 'b1', status: 'completed', output_file_id: 'file_2', request_counts: { total: 1 } })

/** A batch as files. */
const asFiles = (hosts: readonly string[], body: object): Check =>
  batch(hosts, /\/files/, upload, made, ended, ended, lines({ custom_id: '0', response: { status_code: 200, body } }))

const COUNTS = { processing: 0, succeeded: 1, errored: 0, canceled: 0, expired: 0 }
const messageBatch = (status: string): Answer => json({ id: 'b1', processing_status: status, request_counts: COUNTS })
const message = { id: 'm1', role: 'assistant', content: [{ type: 'text', text: '4' }], stop_reason: 'end_turn' }

const operation = json({
  name: 'b1',
  metadata: { state: 'BATCH_STATE_SUCCEEDED' },
  response: {
    inlinedResponses: {
      inlinedResponses: [
        {
          metadata: { key: '0' },
          response: { candidates: [{ content: { parts: [{ text: '4' }] }, finishReason: 'STOP' }] },
        },
      ],
    },
  },
})

const output = { custom_id: '0', response: { status_code: 200, body: CHAT } }
const job = json({ id: 'b1', status: 'SUCCESS', total_requests: 1, outputs: [output] })

const filled = json({ batch_id: 'b1', state: { num_requests: 1, num_pending: 0, num_success: 1, num_error: 0 } })
const result = { batch_request_id: '0', batch_result: { response: { chat_get_completion: CHAT } } }

const BATCHES: readonly Check[] = [
  asFiles(['openai'], RESPONSE),
  asFiles(['azure', 'groq'], CHAT),
  batch(
    ['anthropic'],
    /\/messages\/batches/,
    messageBatch('in_progress'),
    messageBatch('ended'),
    lines({ custom_id: '0', result: { type: 'succeeded', message } }),
  ),
  batch(['google'], /:batchGenerateContent$/, operation, operation, operation),
  batch(['mistral'], /\/batch\/jobs$/, job, job, job),
  batch(['xai'], /\/batches$/, filled, json(null), filled, filled, json({ results: [result] })),
  {
    member: 'embeddingBatches',
    hosts: ['openai'],
    answers: [
      ended,
      lines({ custom_id: '0', response: { body: { data: [{ index: 0, embedding: [0.5] }], usage: {} } } }),
    ],
    call: ({ embeddingBatches }) => embeddingBatches?.results('b1'),
    gives: [{ ok: true, value: { vectors: [Float32Array.of(0.5)] } }],
    to: /\/batches\/b1$/,
  },
]

const file = (hosts: readonly string[], id: string, ...answers: readonly Answer[]): Check => ({
  member: 'files',
  hosts,
  answers,
  call: async ({ files }) => {
    const kept = await files?.upload({ data: Uint8Array.of(1, 2, 3), filename: 'a.txt' })
    await files?.delete(kept?.id ?? '')
    return kept
  },
  gives: { id },
  to: /\/files/,
})

const place = { 'x-goog-upload-url': 'https://generativelanguage.googleapis.com/upload/1' }

const FILES: readonly Check[] = [
  file(['openai', 'azure', 'groq', 'mistral', 'xai'], 'file_1', upload, json({ id: 'file_1', deleted: true })),
  file(['anthropic'], 'file_1', upload, json({ id: 'file_1', type: 'file_deleted' })),
  file(['google'], 'files/1', json({}, place), json({ file: { name: 'files/1', state: 'ACTIVE' } }), json({})),
]

const store = (hosts: readonly string[], id: string, ...answers: readonly Answer[]): Check => ({
  member: 'vectorStores',
  hosts,
  answers,
  call: async ({ vectorStores }) => {
    const { id: storeId } = (await vectorStores?.create({ name: 'notes' })) ?? { id: '' }
    return [storeId, await vectorStores?.addFile(storeId, 'file_1')]
  },
  gives: [id, { state: 'processing' }],
  to: /\/(vector_stores|fileSearchStores)/,
})

const OTHERS: readonly Check[] = [
  store(['openai', 'azure'], 'vs_1', json({ id: 'vs_1' }), json({ id: 'file_1', status: 'in_progress' })),
  store(['google'], 'fileSearchStores/1', json({ name: 'fileSearchStores/1' }), json({ name: 'operations/1' })),
  {
    member: 'caches',
    hosts: ['google', 'vertex'],
    answers: [json({ name: 'cachedContents/1', model: 'models/m', usageMetadata: { totalTokenCount: 9 } })],
    call: ({ caches }) => caches?.create({ model: 'm', messages: request.messages, ttlMs: 60_000 }),
    gives: { id: 'cachedContents/1', model: 'm', tokens: 9 },
    to: /\/cachedContents$/,
  },
]

export const STORES: readonly Check[] = [...BATCHES, ...FILES, ...OTHERS]
