import {
  reportedUsage,
  ToolCallAssembler,
  tryParseJson,
  type FinishReason,
  type ParseContext,
  type StreamMessage,
  type StreamParser,
  type Usage,
} from '@llm/core'
import { readError } from '../errors.ts'
import { BlockCollector } from './bedrock-blocks.ts'
import type { ConverseMetadata, WireDelta, WireEvent, WireStart } from './wire.ts'

/** Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['content_filtered', 'content-filter'],
  ['end_turn', 'stop'],
  ['guardrail_intervened', 'content-filter'],
  ['malformed_model_output', 'error'],
  ['malformed_tool_use', 'error'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['stop_sequence', 'stop'],
  ['tool_use', 'tool-calls'],
])

/**
 * Reads one answer in events. Blocks may begin without a start event and may be left open; the usage may come before or
 * after the stop reason, which decides whether tool calls may be run, so nothing is final before {@link end}.
 */
export class ConverseParser implements StreamParser {
  stopReason: string | undefined
  #context: ParseContext
  #blocks: BlockCollector
  #calls: ToolCallAssembler | undefined
  #callIds: Set<string> = new Set()
  #metadata = false

  constructor(context: ParseContext) {
    this.#context = context
    this.#blocks = new BlockCollector(context)
  }

  get done(): boolean {
    return this.stopReason !== undefined && this.#metadata
  }

  push({ event = '', data }: StreamMessage): void {
    if (event !== 'contentBlockDelta' && /(?:exception|error)$/i.test(event)) {
      this.#context.fail(readError({ code: event, ...(tryParseJson(data) as object | undefined) }))
    }
    const message = JSON.parse(data) as WireEvent
    const index = message.contentBlockIndex ?? 0
    switch (event) {
      case 'contentBlockDelta':
        return this.readDelta(message.delta ?? {}, index)
      case 'contentBlockStart':
        return this.readStart(message.start ?? {}, index)
      case 'contentBlockStop':
        return this.readStop(index)
      case 'messageStart':
        return this.#context.start({})
      case 'messageStop':
        this.stopReason = message.stopReason ?? 'unknown'
        return
      case 'metadata':
        return this.readMetadata(message)
    }
  }

  end(): boolean {
    if (this.stopReason === undefined) return false
    this.#blocks.stopAll()
    const finishReason = this.#finishReason(this.stopReason)
    this.#calls?.finish(finishReason === 'stop' || finishReason === 'tool-calls')
    this.#context.emit({ type: 'finish', finishReason, rawFinishReason: this.stopReason })
    return true
  }

  readStart(start: WireStart, index: number): void {
    const { toolUse } = start
    if (toolUse === undefined || toolUse.type === 'server_tool_use') this.#blocks.start(start, index)
    else this.#startCall(toolUse, index)
  }

  readDelta(delta: WireDelta, index: number): void {
    if (delta.toolUse === undefined || this.#blocks.isCall(index)) this.#blocks.readDelta(delta, index)
    else this.#assembler().push({ index, text: delta.toolUse.input })
  }

  readStop(index: number): void {
    this.#blocks.stop(index)
  }

  readMetadata(metadata: ConverseMetadata): void {
    this.#metadata = true
    if (metadata.usage != null) this.#context.emit({ type: 'usage', usage: readUsage(metadata) })
    const reason = metadata.trace?.guardrail?.actionReason
    if (reason) this.#context.warn({ code: 'other', message: `The guardrail says: ${reason}` })
  }

  /** A call whose id was already used in the answer gets another, as each has a result of its own. */
  #startCall({ toolUseId, name }: NonNullable<WireStart['toolUse']>, index: number): void {
    const id = toolUseId === undefined || !this.#callIds.has(toolUseId) ? toolUseId : `${toolUseId}_${String(index)}`
    if (id !== undefined) this.#callIds.add(id)
    this.#assembler().push({ index, id, name })
  }

  #assembler(): ToolCallAssembler {
    return (this.#calls ??= new ToolCallAssembler(event => {
      this.#context.emit(event)
    }, ''))
  }

  #finishReason(reason: string): FinishReason {
    const known = FINISH_REASONS.get(reason) ?? 'other'
    return known === 'stop' && this.#calls !== undefined ? 'tool-calls' : known
  }
}

/** Input tokens leave out those of the cache. What is told beside the counts (trace, latency, tier) is kept with them. */
function readUsage({ usage, metrics, trace, performanceConfig, serviceTier }: ConverseMetadata): Usage {
  const { inputTokens, outputTokens, totalTokens, cacheReadInputTokens, cacheWriteInputTokens } = usage ?? {}
  const told = { usage, metrics, trace, performanceConfig, serviceTier }
  const cached = (cacheReadInputTokens ?? 0) + (cacheWriteInputTokens ?? 0)
  return reportedUsage(
    {
      inputTokens: typeof inputTokens === 'number' ? inputTokens + cached : undefined,
      outputTokens,
      totalTokens,
      cacheReadTokens: cacheReadInputTokens,
      cacheWriteTokens: cacheWriteInputTokens,
    },
    Object.fromEntries(Object.entries(told).filter(([, value]) => value != null)),
  )
}
