import {
  reportedUsage,
  UnsupportedOperationError,
  type Embedding,
  type EmbeddingRequest,
  type HostCalls,
  type ResponseInfo,
  type Warning,
} from '@llm/core'
import type { RequestBuilder } from './bedrock-client.ts'

type Task = NonNullable<EmbeddingRequest['task']>
type Vectors = readonly (readonly number[])[]

/** How one vendor's models at Bedrock take texts and give vectors: they share an operation, but not a format. */
interface EmbeddingFormat {
  readonly models: RegExp
  /** The most texts that a call takes. */
  readonly batch: number
  /** What the vendor calls our tasks; absent where its models do not tell them apart. */
  readonly tasks?: Readonly<Partial<Record<Task, string>>>
  render(texts: readonly string[], request: EmbeddingRequest, task: string | undefined): object
  read(body: unknown): Vectors
}

/** Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html and the vendors' pages there. */
const FORMATS: readonly EmbeddingFormat[] = [
  {
    models: /titan-embed-image/,
    batch: 1,
    render: ([inputText], { dimensions }) => ({
      inputText,
      ...(dimensions !== undefined && { embeddingConfig: { outputEmbeddingLength: dimensions } }),
    }),
    read: body => [(body as { embedding: readonly number[] }).embedding],
  },
  {
    models: /titan-embed/,
    batch: 1,
    render: ([inputText], { model, dimensions }) => ({
      inputText,
      ...(dimensions !== undefined && { dimensions }),
      // The first version knows no parameter but the text.
      ...(!/titan-embed(?:-g1)?-text-(?:v1|01)/.test(model) && { normalize: true }),
    }),
    read: body => [(body as { embedding: readonly number[] }).embedding],
  },
  {
    models: /cohere\.embed/,
    batch: 96,
    tasks: {
      query: 'search_query',
      document: 'search_document',
      classification: 'classification',
      clustering: 'clustering',
    },
    render: (texts, { dimensions }, task = 'search_document') => ({
      input_type: task,
      texts,
      ...(dimensions !== undefined && { output_dimension: dimensions }),
    }),
    read: body => {
      const { embeddings } = body as { embeddings: Vectors | { readonly float: Vectors } }
      return 'float' in embeddings ? embeddings.float : embeddings
    },
  },
  {
    models: /nova-.*embed/,
    batch: 1,
    tasks: {
      query: 'TEXT_RETRIEVAL',
      document: 'GENERIC_INDEX',
      classification: 'CLASSIFICATION',
      clustering: 'CLUSTERING',
    },
    render: ([value], { dimensions }, task = 'GENERIC_INDEX') => ({
      taskType: 'SINGLE_EMBEDDING',
      singleEmbeddingParams: {
        embeddingPurpose: task,
        text: { truncationMode: 'END', value },
        ...(dimensions !== undefined && { embeddingDimension: dimensions }),
      },
    }),
    read: body =>
      (body as { embeddings: readonly { embedding: readonly number[] }[] }).embeddings.map(item => item.embedding),
  },
]

/** What embeddings need of the provider. */
export interface EmbeddingHost {
  readonly calls: HostCalls<object>
  /** The SDK, loaded at first use. */
  readonly builder: () => Promise<RequestBuilder>
}

/** Embeddings of Titan, Cohere and Nova: one call for each batch of texts that the model takes. */
export function createEmbed({ calls, builder }: EmbeddingHost): (request: EmbeddingRequest) => Promise<Embedding> {
  return async request => {
    const { model } = request
    const format = formatOf(model)
    const { task, warnings } = taskOf(request, format)
    const answers: Answer[] = []
    for (let at = 0; at < request.input.length; at += format.batch) {
      const texts = request.input.slice(at, at + format.batch)
      const body = format.render(texts, request, task)
      const build = async () => (await builder())('InvokeModel', model, body)
      answers.push(
        await calls.json({ request, model, build }, (answer, info) => readAnswer(format.read(answer), texts, info)),
      )
    }
    return {
      provider: 'bedrock',
      model,
      vectors: answers.flatMap(({ vectors }) => vectors),
      usage: reportedUsage({ inputTokens: sum(answers.map(({ tokens }) => tokens)) }),
      warnings,
      response: answers.at(-1)?.info.response ?? { headers: {} },
    }
  }
}

interface Answer {
  readonly vectors: readonly Float32Array[]
  readonly tokens: number | undefined
  readonly info: ResponseInfo
}

function readAnswer(vectors: Vectors, texts: readonly string[], info: ResponseInfo): Answer {
  if (vectors.length !== texts.length) {
    const message = `the answer has ${String(vectors.length)} vectors for ${String(texts.length)} texts.`
    info.fail({ kind: 'malformed-response', message })
  }
  const tokens = Number(info.response.headers['x-amzn-bedrock-input-token-count'] ?? Number.NaN)
  return {
    vectors: vectors.map(vector => Float32Array.from(vector)),
    tokens: Number.isNaN(tokens) ? undefined : tokens,
    info,
  }
}

/** Unknown where any of the counts is. */
function sum(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce((total, count) => (total === undefined || count === undefined ? undefined : total + count), 0)
}

function formatOf(model: string): EmbeddingFormat {
  const format = FORMATS.find(({ models }) => models.test(model))
  if (format !== undefined) return format
  throw new UnsupportedOperationError({
    message: `bedrock: the format of the embedding model ${JSON.stringify(model)} is not known.`,
    hint: 'Name a Titan, Cohere or Nova embedding model by its id, not by the ARN of a profile.',
  })
}

function taskOf(
  { model, task }: EmbeddingRequest,
  { tasks }: EmbeddingFormat,
): { readonly task?: string | undefined; readonly warnings: readonly Warning[] } {
  if (task === undefined || tasks?.[task] !== undefined) return { task: task && tasks?.[task], warnings: [] }
  const message = `${model} has no embeddings for ${JSON.stringify(task)}; it was dropped.`
  return { warnings: [{ code: 'parameter-dropped', message, parameter: 'task' }] }
}
