import type { Completion, Message, ModelSpec, Provider, ToolResultPart } from '@llm/core'
import { bodyBytes, loadCassettes, replayFetch, type Cassette, type Exchange } from '@llm/testing'
import { familyOf } from '../families.ts'
import { HOSTS, type PortableHost } from './hosts.ts'

/** A conversation of a recorded scenario, with the answers as their host's provider reads them. */
export interface RecordedConversation {
  readonly name: string
  readonly host: PortableHost
  readonly protocol: string
  readonly family: string
  readonly messages: readonly Message[]
  /** What only the host can read, found in the recorded bytes: signatures, what is encrypted, ids of items. */
  readonly secrets: readonly string[]
  /** Those that the host wants back. */
  readonly wanted: readonly string[]
}

/** A model of a family of which nothing else is known. */
export function specOf(family: string, id: string): ModelSpec {
  return { id, family, input: ['text', 'image', 'audio', 'file'], output: ['text'], capabilities: {}, parameters: {} }
}

/** All recorded conversations of all hosts. */
export async function recordedConversations(folder: string): Promise<readonly RecordedConversation[]> {
  const folders = [...new Set(HOSTS.flatMap(({ recorded }) => recorded?.provider ?? []))]
  const cassettes = (await Promise.all(folders.map(name => loadCassettes(`${folder}/${name}`)))).flat()
  const conversations = cassettes.flatMap(cassette => HOSTS.map(host => readConversation(cassette, host)))
  return (await Promise.all(conversations)).filter(conversation => conversation !== undefined)
}

async function readConversation(cassette: Cassette, host: PortableHost): Promise<RecordedConversation | undefined> {
  const exchanges = cassette.exchanges.filter(
    ({ provider = cassette.provider, api = cassette.api, response }) =>
      provider === host.recorded?.provider &&
      api === host.recorded.api &&
      response.status === 200 &&
      isAnswer(response),
  )
  const [first] = exchanges
  if (first === undefined) return undefined
  const family = host.family ?? familyOf(modelOf(first)) ?? modelOf(first)
  const messages: Message[] = [{ role: 'system', content: 'Be brief.' }]
  for (const [turn, exchange] of exchanges.entries()) {
    const { message, toolCalls } = await completionOf(exchange, host, family)
    const results = toolCalls.map(({ id }): ToolResultPart => ({
      type: 'tool-result',
      toolCallId: id,
      content: 'done',
    }))
    messages.push({ role: 'user', content: `Question ${String(turn + 1)}?` }, message)
    if (results.length > 0) messages.push({ role: 'tool', content: results })
  }
  messages.push({ role: 'system', content: 'Be kind.' }, { role: 'user', content: 'And now?' })
  const bytes = exchanges.map(({ response }) => new TextDecoder('latin1').decode(bodyBytes(response))).join('\n')
  const { protocol } = host.create()
  return { name: `${host.name}: ${cassette.name}`, host, protocol, family, messages, ...secretsOf(bytes) }
}

/** Not every exchange of a chat's API is a chat: some are calls of its batches and uploads. */
function isAnswer({ json, headers }: Exchange['response']): boolean {
  if (json === undefined) return /event-?stream/.test(headers['content-type'] ?? '')
  return ['choices', 'output', 'content', 'candidates'].some(key => key in (json as object))
}

/** In the body, or in the path, as the host has it. */
function modelOf({ request }: Exchange): string {
  const { model } = (request.json ?? {}) as { readonly model?: string }
  const path = /\/(?:models?|deployments)\/([^/:?]+)/.exec(decodeURIComponent(request.url))?.[1]
  return model ?? path ?? 'unknown'
}

async function completionOf(exchange: Exchange, host: PortableHost, family: string): Promise<Completion> {
  const provider: Provider = host.create(replayFetch([exchange], { seed: 1 }).fetch)
  const request = {
    model: host.model,
    messages: [{ role: 'user', content: 'Hi' }],
    spec: specOf(family, host.model),
  } as const
  const streamed = exchange.response.json === undefined
  return streamed ? provider.stream(request).completion() : provider.complete(request)
}

/** Worked out from the bytes, by the names that the APIs have for such things, and not by the library. */
function secretsOf(bytes: string): Pick<RecordedConversation, 'secrets' | 'wanted'> {
  // A stream seals the same reasoning anew each time that it tells it: what it says when an item is done is as good as any.
  const final = bytes.replace(/^data: .*"type":"response\.(?:output_item\.added|completed)".*$/gm, '')
  return {
    secrets: [
      ...find(SEALED, bytes),
      ...find(/"encrypted_index"\s*:\s*"((?:[^"\\]|\\.)*)"/g, bytes),
      ...find(IDS, bytes),
    ],
    wanted: find(SEALED, final),
  }
}

const SEALED = /"(?:signature|thoughtSignature|encrypted_content|redactedContent)"\s*:\s*"((?:[^"\\]|\\.)*)"/g
const IDS = /"(?:id|item_id)"\s*:\s*"((?:rs|msg|fc|ws|ig|resp|srvtoolu|gen|chatcmpl)[_-](?:[^"\\]|\\.)*)"/g

function find(pattern: RegExp, bytes: string): readonly string[] {
  const found = [...bytes.matchAll(pattern)].map(match => JSON.parse(`"${match[1] ?? ''}"`) as string)
  return [...new Set(found.filter(text => text.length > 7))]
}
