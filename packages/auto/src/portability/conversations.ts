import type { AssistantPart, Message, PartState, ToolResultPart, UserPart } from '@llm/core'
import fc from 'fast-check'

type Protocol =
  | 'openai-chat'
  | 'openai-responses'
  | 'xai-responses'
  | 'open-responses'
  | 'anthropic-messages'
  | 'bedrock-converse'
  | 'google-generate-content'
  | 'openrouter-chat'

/** Who answered: what speaks which format, and the family that it ran. */
export interface Origin {
  readonly protocol: Protocol
  readonly family: string
}

/** The text that stands for everything that only hosts of one protocol and family can read. Legal as an id and as base64. */
export function sealOf({ protocol, family }: Origin): string {
  return `seal${String(1000 + Object.keys(PARTS).indexOf(protocol) * FAMILIES.length + FAMILIES.indexOf(family))}`
}

const FAMILIES: readonly string[] = ['gpt', 'claude', 'gemini']

const PNG = { base64: 'iVBORw0KGgo=', mediaType: 'image/png' } as const
const text = fc.constantFrom('Hello.', 'Two\nlines ', '\n').map(words => ({ type: 'text', text: words }) as const)
const thought = fc.constantFrom('', 'Hm.')

/** Ids as vendors mint them, the same ones again and again, and some that only a few take. */
const callId = fc.constantFrom(
  'call_1',
  'functions.weather:0',
  'toolu_01',
  'abcdefghi',
  'call_2',
  'ü',
  '',
  'x'.repeat(70),
)
/** Models make names up, too. */
const name = fc.constantFrom('weather', 'clock', 'functions.weather', '', 'y'.repeat(80))
const call = fc.record({
  type: fc.constant('tool-call' as const),
  id: callId,
  name: fc.oneof({ weight: 4, arbitrary: fc.constant('weather') }, name),
  arguments: fc.constantFrom({}, { city: 'Berlin', days: [1, { of: null }] }),
  status: fc.constantFrom(undefined, undefined, undefined, 'incomplete' as const, 'invalid' as const),
})

type Mark = (data: PartState['data']) => PartState
type Parts = fc.Arbitrary<readonly AssistantPart[]>

const reasoning = (state: PartState | undefined, words: fc.Arbitrary<string> = thought): Parts =>
  words.map(said => [{ type: 'reasoning', text: said, ...(state !== undefined && { state }) }])
const fixed = (...parts: readonly AssistantPart[]): Parts => fc.constant(parts)

/** What a responses API tells of its own work. */
function responsesParts(seal: string, mark: Mark): readonly Parts[] {
  const search = {
    type: 'web_search_call',
    id: `ws_${seal}`,
    status: 'completed',
    action: { type: 'search', query: 'q' },
  }
  return [
    reasoning(mark({ encrypted_content: seal })),
    fixed({ type: 'text', text: 'So.', state: mark({ phase: 'final_answer' }) }),
    fixed({ type: 'text', text: '', state: mark({ phase: 'commentary' }) }),
    fixed({
      type: 'tool-call',
      id: search.id,
      name: 'web_search',
      arguments: {},
      providerExecuted: true,
      state: mark(search),
    }),
    fixed({ type: 'image', source: PNG, state: mark({ id: `ig_${seal}` }) }),
  ]
}

function messagesParts(seal: string, mark: Mark): readonly Parts[] {
  const id = `srvtoolu_${seal}`
  const found = { type: 'web_search_result', url: 'https://example.com', title: 'T', encrypted_content: seal }
  const citation = {
    type: 'web_search_result_location',
    url: 'https://example.com',
    encrypted_index: seal,
    cited_text: 'c',
  }
  return [
    reasoning(mark({ type: 'thinking', signature: seal })),
    reasoning(mark({ type: 'redacted_thinking', data: seal }), fc.constant('')),
    fixed(
      {
        type: 'tool-call',
        id,
        name: 'web_search',
        arguments: { query: 'q' },
        providerExecuted: true,
        state: mark({ type: 'server_tool_use' }),
      },
      {
        type: 'tool-result',
        toolCallId: id,
        content: '',
        providerExecuted: true,
        state: mark({ type: 'web_search_tool_result', tool_use_id: id, content: [found] }),
      },
      { type: 'text', text: 'Found.' },
      { type: 'source', url: 'https://example.com', state: mark(citation) },
    ),
  ]
}

function generateContentParts(seal: string, mark: Mark): readonly Parts[] {
  const state = mark({ thoughtSignature: seal })
  return [
    fixed({ type: 'text', text: 'Signed.', state }),
    fixed({ type: 'text', text: '', state }),
    reasoning(state),
    reasoning(undefined),
    call.map(made => [{ ...made, state: mark({ thoughtSignature: seal, id: 'own-1' }) }]),
    fixed({
      type: 'tool-call',
      id: 'code',
      name: 'code_execution',
      arguments: {},
      providerExecuted: true,
      state: mark({ part: { executableCode: { code: seal, language: 'PYTHON' } } }),
    }),
    fixed({ type: 'image', source: PNG }),
  ]
}

/** What only the hosts of each protocol put into an answer. */
const PARTS: Readonly<Record<Protocol, (seal: string, mark: Mark) => readonly Parts[]>> = {
  'openai-chat': (seal, mark) => [
    reasoning(undefined),
    fixed({
      type: 'audio',
      source: { base64: 'UklGRg==', mediaType: 'audio/wav' },
      transcript: 'Said.',
      state: mark({ id: seal }),
    }),
  ],
  'openai-responses': responsesParts,
  'xai-responses': responsesParts,
  'open-responses': (_seal, mark) => [reasoning(mark({ content: 'reasoning_text' }), fc.constant('Hm.'))],
  'anthropic-messages': messagesParts,
  'bedrock-converse': (seal, mark) => [
    reasoning(mark({ signature: seal })),
    reasoning(mark({ redactedContent: seal }), fc.constant('')),
    reasoning(undefined),
  ],
  'google-generate-content': generateContentParts,
  'openrouter-chat': (seal, mark) => [
    reasoning(mark({ reasoning_details: [{ type: 'reasoning.encrypted', data: seal }] })),
    fixed({ type: 'text', text: 'Read.', state: mark({ annotations: [{ type: 'file', file: { hash: seal } }] }) }),
    fixed({ type: 'image', source: PNG }),
  ],
}

/** Every host's protocol, with every family. */
export const ORIGINS: readonly Origin[] = (Object.keys(PARTS) as Protocol[]).flatMap(protocol =>
  FAMILIES.map(family => ({ protocol, family })),
)

const ANSWERS = new Map(ORIGINS.map(origin => [origin, answerOf(origin)]))

function answerOf(origin: Origin): fc.Arbitrary<readonly AssistantPart[]> {
  const mark: Mark = data => ({ ...origin, data })
  const own = PARTS[origin.protocol](sealOf(origin), mark)
  const plain = [
    text.map(part => [part]),
    call.map(part => [part]),
    fixed({ type: 'source', url: 'https://example.com' }),
  ]
  return fc.array(fc.oneof(...own, ...plain), { maxLength: 4 }).map(parts => parts.flat())
}

const media: fc.Arbitrary<UserPart> = fc.constantFrom(
  { type: 'image', source: PNG },
  { type: 'audio', source: { base64: 'UklGRg==', mediaType: 'audio/wav' } },
  { type: 'file', source: { base64: 'JVBERi0=', mediaType: 'application/pdf' }, filename: 'a report.pdf' },
)
const question: fc.Arbitrary<Message> = fc
  .oneof(
    fc.constant('Why?'),
    fc.array(fc.oneof(fc.constant({ type: 'text', text: 'Why?' } as const), media), { minLength: 1, maxLength: 2 }),
  )
  .map(content => ({ role: 'user', content }))

const resultContent = fc.constantFrom<ToolResultPart['content']>(
  'Sunny.',
  '',
  [{ type: 'text', text: 'Sunny.' }],
  [{ type: 'image', source: PNG }],
)

/** Results as they may be: whole, in any order, missing, or of a call that is not there. */
function resultsOf(parts: readonly AssistantPart[]): fc.Arbitrary<readonly Message[]> {
  const calls = parts.filter(part => part.type === 'tool-call' && part.providerExecuted !== true)
  const ids = calls.map(part => (part as { readonly id: string }).id)
  const kept = fc.oneof(
    { weight: 3, arbitrary: fc.constant(ids) },
    fc.shuffledSubarray(ids),
    fc.constant([...ids, 'gone']),
  )
  return fc.tuple(kept, resultContent, fc.boolean()).map(([chosen, content, isError]) =>
    chosen.length === 0
      ? []
      : [
          {
            role: 'tool',
            content: chosen.map(toolCallId => ({ type: 'tool-result', toolCallId, content, isError })),
          },
        ],
  )
}

/** A question and its answer, by anyone, with what came of its calls. */
const turn: fc.Arbitrary<readonly Message[]> = fc
  .constantFrom(...ORIGINS)
  .chain(origin => ANSWERS.get(origin) ?? fc.constant([]))
  .chain(content =>
    fc
      .tuple(fc.option(question), resultsOf(content), fc.boolean())
      .map(([asked, results, told]): readonly Message[] => [
        ...(told ? [{ role: 'system', content: 'Be brief.' } as const] : []),
        ...(asked === null ? [] : [asked]),
        { role: 'assistant', content },
        ...results,
      ]),
  )

/** A conversation whose every answer may be of another host and another family, with a question at its end. */
export const conversation: fc.Arbitrary<readonly Message[]> = fc
  .tuple(fc.array(turn, { minLength: 1, maxLength: 3 }), question)
  .map(([turns, last]) => [...turns.flat(), last])
