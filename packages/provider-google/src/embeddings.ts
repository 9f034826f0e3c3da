import { defined, reportedUsage, type Embedding, type EmbeddingRequest, type ResponseInfo } from '@llm/core'
import { callJson, type CapabilityHost } from './google-calls.ts'
import type { GoogleOptions } from './options.ts'
import { modelPath } from './settings.ts'

/** Reference: https://ai.google.dev/api/embeddings#v1beta.TaskType */
const TASKS: Readonly<Record<NonNullable<EmbeddingRequest['task']>, string>> = {
  query: 'RETRIEVAL_QUERY',
  document: 'RETRIEVAL_DOCUMENT',
  similarity: 'SEMANTIC_SIMILARITY',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
}

/** How many calls are under way where each takes one text. */
const AT_ONCE = 8

/** Vectors of texts, in one call; one a text for Gemini models on Vertex, which take no more. */
export async function embed(host: CapabilityHost, request: EmbeddingRequest): Promise<Embedding> {
  const { model, input } = request
  if (host.id === 'google') return callEmbed(host, request, BATCH)
  if (!model.includes('gemini') || model === 'gemini-embedding-001') return callEmbed(host, request, PREDICT)
  const single: Embedding[] = []
  for (let at = 0; at < input.length; at += AT_ONCE) {
    const texts = input.slice(at, at + AT_ONCE)
    single.push(...(await Promise.all(texts.map(text => callEmbed(host, { ...request, input: [text] }, SINGLE)))))
  }
  const inputTokens = single.reduce((sum, { usage }) => sum + (usage.inputTokens ?? 0), 0)
  const [first] = single
  return {
    ...{ provider: host.id, model, warnings: [], response: first?.response ?? { headers: {} } },
    vectors: single.flatMap(({ vectors }) => vectors),
    usage: first?.usage.inputTokens === undefined ? { source: 'reported' } : reportedUsage({ inputTokens }),
  }
}

/** One of the API's ways to ask for vectors. */
interface Form {
  readonly verb: string
  body(texts: readonly string[], settings: Settings, path: string): object
  read(body: never): { readonly vectors: readonly (readonly number[] | undefined)[]; readonly inputTokens: unknown }
}

type Settings = Readonly<Record<'taskType' | 'title' | 'outputDimensionality', unknown>>

interface Values {
  readonly values?: readonly number[]
}

interface TokenUsage {
  readonly usageMetadata?: { readonly promptTokenCount?: number }
}

const contentOf = (text: string | undefined): object => ({ parts: [{ text }] })

const BATCH: Form = {
  verb: 'batchEmbedContents',
  body: (texts, settings, model) => ({
    requests: texts.map(text => defined({ model, content: contentOf(text), ...settings })),
  }),
  read: ({ embeddings, usageMetadata }: TokenUsage & { readonly embeddings: readonly Values[] }) => ({
    vectors: embeddings.map(({ values }) => values),
    inputTokens: usageMetadata?.promptTokenCount,
  }),
}

const SINGLE: Form = {
  verb: 'embedContent',
  body: ([text], settings) => ({ content: contentOf(text), embedContentConfig: defined(settings) }),
  read: ({ embedding, usageMetadata }: TokenUsage & { readonly embedding: Values }) => ({
    vectors: [embedding.values],
    inputTokens: usageMetadata?.promptTokenCount,
  }),
}

interface Prediction {
  readonly embeddings: Values & { readonly statistics?: { readonly token_count?: number } }
}

const PREDICT: Form = {
  verb: 'predict',
  body: (texts, { taskType: task_type, title, outputDimensionality }) => ({
    instances: texts.map(content => defined({ content, task_type, title })),
    ...(outputDimensionality !== undefined && { parameters: { outputDimensionality } }),
  }),
  read: ({ predictions }: { readonly predictions: readonly Prediction[] }) => ({
    vectors: predictions.map(({ embeddings }) => embeddings.values),
    inputTokens: predictions.reduce((sum, { embeddings }) => sum + (embeddings.statistics?.token_count ?? 0), 0),
  }),
}

function callEmbed(host: CapabilityHost, request: EmbeddingRequest, form: Form): Promise<Embedding> {
  const { model, input, dimensions, task } = request
  const path = modelPath(host.id, model)
  const send = ({ taskType = task && TASKS[task], title }: GoogleOptions): Parameters<typeof host.build>[0] => ({
    method: 'POST',
    path: `${path}:${form.verb}`,
    body: form.body(input, { taskType, title, outputDimensionality: dimensions }, path),
  })
  return callJson(host, { request, model, send }, (body: never, info: ResponseInfo) => {
    const { vectors: given, inputTokens } = form.read(body)
    const vectors = given.flatMap(values => (values === undefined ? [] : [Float32Array.from(values)]))
    if (vectors.length !== input.length) {
      const message = `${String(vectors.length)} vectors came for ${String(input.length)} texts.`
      info.fail({ kind: 'malformed-response', message })
    }
    return {
      ...{ provider: host.id, model, warnings: [], response: info.response },
      vectors,
      usage: reportedUsage({ inputTokens }),
    }
  })
}
