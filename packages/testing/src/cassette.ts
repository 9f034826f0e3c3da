/** What a request or a response of a cassette carries, in the form that shows it best. */
export interface CassetteBody {
  readonly json?: unknown
  readonly text?: string
  /** A stream of server-sent events, exactly as it was. */
  readonly sse?: string
  /** Anything binary. */
  readonly base64?: string
  /** White space that stood before the JSON. */
  readonly json_prefix?: string
}

/** One request and its response. */
export interface Exchange {
  readonly provider?: string
  readonly api?: string
  readonly request: CassetteBody & {
    readonly method: string
    readonly url: string
    readonly headers?: Readonly<Record<string, string>>
    readonly multipart?: readonly Readonly<Record<string, unknown>>[]
  }
  readonly response: CassetteBody & {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
  }
}

/** The exchanges of one scenario, in order. */
export interface Cassette {
  /** The file's name without its ending. */
  readonly name: string
  readonly provider: string
  readonly api: string
  readonly exchanges: readonly Exchange[]
}

/** An exchange on its own, with where it is from. */
export interface NamedExchange extends Exchange {
  readonly name: string
  readonly provider: string
  readonly api: string
}

/**
 * The cassettes of a folder, by name. A folder that does not exist has none.
 *
 * @example
 * ```ts
 * import { exchangesOf, loadCassettes } from '@llm/testing'
 *
 * const cassettes = await loadCassettes('recordings/openai')
 * const chats = exchangesOf(cassettes, { provider: 'openai', api: 'chat_completions' })
 * ```
 */
export async function loadCassettes(folder: string): Promise<readonly Cassette[]> {
  const { readdir } = await import('node:fs/promises')
  const names = await readdir(folder).catch(() => [])
  const files = names.filter(name => name.endsWith('.json')).sort()
  return Promise.all(files.map(file => loadCassette(`${folder}/${file}`)))
}

/**
 * One cassette, from its file.
 *
 * @example
 * ```ts
 * import { loadCassette } from '@llm/testing'
 *
 * const { name, exchanges } = await loadCassette('cassettes/hello.json')
 * console.log(name, exchanges.length) // hello 1
 * ```
 */
export async function loadCassette(file: string): Promise<Cassette> {
  const { readFile } = await import('node:fs/promises')
  const path = await import('node:path')
  const cassette = JSON.parse(await readFile(file, 'utf8')) as Omit<Cassette, 'name'>
  return { ...cassette, name: path.basename(file, '.json') }
}

/**
 * All exchanges with one of a provider's APIs, each with the name of its scenario and its place in it.
 *
 * @example
 * ```ts
 * import { exchangesOf, loadCassettes } from '@llm/testing'
 *
 * const chats = exchangesOf(await loadCassettes('cassettes'), { provider: 'openai', api: 'chat_completions' })
 * console.log(chats.map(({ name }) => name))
 * ```
 */
export function exchangesOf(
  cassettes: readonly Cassette[],
  { provider, api }: { readonly provider: string; readonly api: string },
): readonly NamedExchange[] {
  return cassettes.flatMap(cassette =>
    cassette.exchanges
      .map((exchange, index) => ({
        ...exchange,
        provider: exchange.provider ?? cassette.provider,
        api: exchange.api ?? cassette.api,
        name: `${cassette.name} #${String(index + 1)}`,
      }))
      .filter(exchange => exchange.provider === provider && exchange.api === api),
  )
}

/**
 * The bytes of a recorded body.
 *
 * @example
 * ```ts
 * import { bodyBytes } from '@llm/testing'
 *
 * bodyBytes({ json: { ok: true } }).length // 11
 * ```
 */
export function bodyBytes({ json, json_prefix: prefix = '', sse, text, base64 }: CassetteBody): Uint8Array {
  if (base64 !== undefined) return Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  const body = json === undefined ? (sse ?? text ?? '') : prefix + JSON.stringify(json)
  return new TextEncoder().encode(body)
}
