import type { CallOptions } from '../call-options.ts'
import type { Capabilities } from '../provider.ts'
import { forwardMembers } from './forward-members.ts'

/** Goes around a call about what is kept at a host. `name` is such as `files.get`, `options` are those of the call. */
export type AroundKept = <T>(
  name: string,
  options: CallOptions | undefined,
  proceed: (options: CallOptions | undefined) => Promise<T>,
) => Promise<T>

type Kept = 'batches' | 'embeddingBatches' | 'files' | 'vectorStores'
type Calls<Client> = { readonly [K in keyof Client as Client[K] extends CallOf | undefined ? K : never]-?: number }
type CallOf = (...parameters: never[]) => Promise<unknown>

const BATCHES = { create: 0, get: 1, list: 0, cancel: 1, results: 1 }

/** The calls of each client that answer with a promise, and which of their parameters are the options. */
const CLIENTS: { readonly [K in Kept]: Calls<Capabilities[K]> } = {
  batches: BATCHES,
  embeddingBatches: BATCHES,
  files: { upload: 0, get: 1, list: 0, delete: 1 },
  vectorStores: {
    create: 0,
    get: 1,
    list: 0,
    addFile: 2,
    getFile: 2,
    listFiles: 1,
    removeFile: 2,
    search: 1,
    delete: 1,
  },
}

/** Puts a layer around the calls of those clients that a provider has. */
export function surroundKept(provider: Record<string, unknown>, around: AroundKept): void {
  for (const [name, calls] of Object.entries(CLIENTS)) {
    const member = Object.getOwnPropertyDescriptor(provider, name)
    if (member === undefined) continue
    const surrounded = new WeakMap<object, unknown>()
    const read = (): unknown => {
      const client: unknown = member.get === undefined ? member.value : member.get.call(provider)
      if (typeof client !== 'object' || client === null) return client
      if (!surrounded.has(client)) surrounded.set(client, surroundClient(client, { name, calls, around }))
      return surrounded.get(client)
    }
    Object.defineProperty(provider, name, { get: read, enumerable: true, configurable: true })
  }
}

interface Surrounding {
  readonly name: string
  readonly calls: Readonly<Record<string, number>>
  readonly around: AroundKept
}

function surroundClient(client: object, { name, calls, around }: Surrounding): object {
  const surrounded = forwardMembers(client)
  for (const [method, place] of Object.entries(calls)) {
    const call = surrounded[method] as ((...parameters: readonly unknown[]) => Promise<unknown>) | undefined
    if (call === undefined) continue
    surrounded[method] = (...given: readonly unknown[]) =>
      around(`${name}.${method}`, given[place] as CallOptions | undefined, options =>
        call(...given.slice(0, place), options),
      )
  }
  return surrounded
}
