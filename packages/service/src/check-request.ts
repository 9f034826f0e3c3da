import { ValidationError } from '@llm/core'
import type { ServiceRequest, ServiceTarget } from './requests.ts'

type Kind = NonNullable<ServiceRequest['kind']>
type Of<K extends Kind> = K extends 'text'
  ? Extract<ServiceRequest, { readonly kind?: 'text' | undefined }>
  : Extract<ServiceRequest, { readonly kind: K }>
type Fields<T> = Readonly<Record<Exclude<keyof T, keyof ServiceTarget | 'kind'>, true>>

const TARGET: Readonly<Record<keyof ServiceTarget | 'kind', true>> = {
  ...{ kind: true, provider: true, model: true, userId: true, projectId: true, organizationId: true, tags: true },
  ...{ signal: true, timeout: true },
}

const TEXT: Fields<Of<'text'>> = { prompt: true, messages: true, vectorStoreId: true, maxResults: true, options: true }

/** Every field of every kind, as the compiler sees to. */
const FIELDS: { readonly [K in Kind]: Fields<Of<K>> } = {
  text: TEXT,
  object: { ...TEXT, schema: true },
  image: { prompt: true, images: true, n: true, size: true, aspectRatio: true },
  speech: { text: true, voice: true, format: true },
  transcription: { audio: true, language: true, prompt: true, timestamps: true, speakers: true },
  video: { prompt: true, image: true, duration: true, size: true, aspectRatio: true, seed: true },
  embedding: { input: true, dimensions: true },
}

/**
 * Refuses a field that does not exist: requests come as data, where no compiler has looked at them.
 *
 * @throws {@link ValidationError} that names it.
 */
export function checkRequest(request: object, kind: string): asserts kind is Kind {
  if (!Object.hasOwn(FIELDS, kind)) {
    throw new ValidationError({
      message: `There is no kind ${JSON.stringify(kind)} of request.`,
      hint: `There are: ${Object.keys(FIELDS).join(', ')}.`,
      parameter: 'kind',
    })
  }
  const known = { ...TARGET, ...FIELDS[kind as Kind] }
  const unknown = Object.keys(request).find(field => !Object.hasOwn(known, field))
  if (unknown === undefined) return
  const hint = kind === 'text' || kind === 'object' ? ' All else that a call takes goes into options.' : ''
  throw new ValidationError({
    message: `A request of kind ${kind} has no field ${JSON.stringify(unknown)}.`,
    hint: `There are: ${Object.keys(known).join(', ')}.${hint}`,
    parameter: unknown,
  })
}
