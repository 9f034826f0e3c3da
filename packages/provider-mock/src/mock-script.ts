import {
  reportedUsage,
  toolCallPart,
  type AssistantPart,
  type CompletionEvent,
  type CompletionRequest,
  type Cost,
  type FinishReason,
  type Usage,
} from '@llm/core'
import { replyParts, type ReplyObject, type WrittenToolCall } from './mock-reply.ts'
import { estimateInput, splitTokens } from './mock-tokens.ts'

/** One event of an answer. Those that are a token are waited for. */
export interface Step {
  readonly event: CompletionEvent
  readonly token: boolean
}

/** An answer, ready to be played. */
export interface Script {
  readonly steps: readonly Step[]
  /** How many of the steps are tokens. */
  readonly tokens: number
  /** What it has used after so many tokens. Absent where the reply says its usage. */
  readonly usageAfter?: ((tokens: number) => Usage) | undefined
}

/** Who answers what. */
export interface ScriptContext {
  readonly request: CompletionRequest
  readonly provider: string
  readonly model: string
  /** The id of the answer, where the reply has none. */
  readonly id: string
}

/** The events of an answer, token by token. */
export function writeScript(reply: ReplyObject, { request, provider, model, id = '' }: ScriptContext): Script {
  const written = replyParts(reply, reply.id ?? id)
  const limit = reply.maxTokens ?? Infinity
  const cut = countTokens(written.flatMap((part, index) => partSteps(part, index, true))) > limit
  const finishReason = reply.finishReason ?? finishOf(written, cut)
  const body = upTo(
    limit,
    written.map((part, index) => partSteps(part, index, finishReason !== 'length')),
  )
  const tokens = countTokens(body)
  const inputTokens = estimateInput(request)
  const usageAfter = (outputTokens: number): Usage => estimated(inputTokens, outputTokens, body)
  const usage = reply.usage === undefined ? usageAfter(tokens) : scriptedUsage(reply.usage)
  const start = {
    type: 'start',
    id: reply.id ?? id,
    provider,
    model: reply.model ?? model,
    ...(reply.requestId === undefined ? {} : { requestId: reply.requestId }),
    ...(request.output === undefined ? {} : { outputStrategy: request.outputStrategy ?? 'native' }),
    warnings: reply.warnings ?? [],
  } as const
  const { rawFinishReason } = reply
  return {
    steps: [
      plain(start),
      ...body,
      plain({ type: 'usage', usage, ...costOf(reply) }),
      plain({ type: 'finish', finishReason, rawFinishReason }),
    ],
    tokens,
    usageAfter: reply.usage === undefined ? usageAfter : undefined,
  }
}

function partSteps(part: AssistantPart | WrittenToolCall, block: number, complete: boolean): readonly Step[] {
  switch (part.type) {
    case 'text':
    case 'reasoning': {
      const type = `${part.type}-delta` as const
      const steps = splitTokens(part.text).map(text => token({ type, text, block }))
      return part.state === undefined ? steps : [...steps, plain({ type, text: '', block, state: part.state })]
    }
    case 'tool-call': {
      const text = part.argumentsText ?? JSON.stringify(part.arguments)
      return callSteps({ type: 'written-call', id: part.id, name: part.name, text, part }, complete)
    }
    case 'written-call':
      return callSteps(part, complete)
    case 'tool-result':
      return [plain({ type: 'tool-result', toolResult: part })]
    case 'source':
      return [plain({ type: 'source', source: part })]
    default:
      return [plain({ type: 'file', file: part })]
  }
}

/** What a host ran itself is done, and a status that was scripted is kept; any other call is only as good as its answer. */
function callSteps({ id, name, text, part }: WrittenToolCall, complete: boolean): readonly Step[] {
  const asScripted = part !== undefined && (complete || part.status !== undefined || part.providerExecuted === true)
  const toolCall = asScripted ? part : toolCallPart({ id, name, text, complete, state: part?.state })
  return [
    token({ type: 'tool-call-start', id, name }),
    ...splitTokens(text).map(piece => token({ type: 'tool-call-delta', id, text: piece })),
    plain({ type: 'tool-call', toolCall }),
  ]
}

/** The steps until the limit; the call that it cuts ends with what had been written of it. */
function upTo(limit: number, parts: readonly (readonly Step[])[]): readonly Step[] {
  const kept: Step[] = []
  let left = limit
  for (const steps of parts) {
    const count = countTokens(steps)
    if (count > left) return [...kept, ...cutSteps(steps, left)]
    kept.push(...steps)
    left -= count
  }
  return kept
}

function cutSteps(steps: readonly Step[], count: number): readonly Step[] {
  const kept = steps.slice(0, count)
  const first = kept[0]?.event
  if (first?.type !== 'tool-call-start') return kept
  const text = kept.map(({ event }) => (event.type === 'tool-call-delta' ? event.text : '')).join('')
  return [
    ...kept,
    plain({ type: 'tool-call', toolCall: toolCallPart({ id: first.id, name: first.name, text, complete: false }) }),
  ]
}

function finishOf(parts: readonly (AssistantPart | WrittenToolCall)[], cut: boolean): FinishReason {
  if (cut) return 'length'
  const calls = parts.some(
    part => part.type === 'written-call' || (part.type === 'tool-call' && part.providerExecuted !== true),
  )
  return calls ? 'tool-calls' : 'stop'
}

function estimated(inputTokens: number, outputTokens: number, steps: readonly Step[]): Usage {
  const written = steps.filter(step => step.token).slice(0, outputTokens)
  const reasoningTokens = written.filter(({ event }) => event.type === 'reasoning-delta').length
  return {
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    ...(reasoningTokens === 0 ? {} : { reasoningTokens }),
    source: 'estimated',
  }
}

function scriptedUsage({ source = 'reported', raw, ...counts }: NonNullable<ReplyObject['usage']>): Usage {
  return { ...reportedUsage(counts, raw), source }
}

function costOf({ cost }: ReplyObject): { cost?: Cost } {
  return cost === undefined ? {} : { cost: { total: cost, source: 'reported' } }
}

const countTokens = (steps: readonly Step[]): number => steps.filter(step => step.token).length
const token = (event: CompletionEvent): Step => ({ event, token: true })
const plain = (event: CompletionEvent): Step => ({ event, token: false })
