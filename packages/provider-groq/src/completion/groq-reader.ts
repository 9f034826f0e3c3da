import { isRecord, toolCallPart, tryParseJson, type ParseContext } from '@llm/core'
import { readChatUsage, type ChatBody, type ChatDelta, type ChatReader } from '@llm/protocol-openai'
import { readGroqError } from '../errors.ts'

interface Page {
  readonly url?: string | null
  readonly title?: string | null
}

/** A tool that Groq ran itself. Source: https://console.groq.com/docs/compound/built-in-tools */
interface ExecutedTool {
  readonly index?: number
  readonly name?: string | null
  readonly type?: string | null
  readonly arguments?: string | null
  readonly output?: string | null
  readonly search_results?: { readonly results?: readonly Page[] | null } | null
  readonly browser_results?: readonly Page[] | null
  readonly code_results?: readonly { readonly png?: string | null }[] | null
}

/** A passage of the answer, and the document or the call that it is from. */
interface Citation {
  readonly document_id?: string
  readonly tool_call_id?: string
  readonly start_index?: number
  readonly end_index?: number
}

/** A run of a tool as far as it is known, and what of it has been told. */
interface Run {
  readonly id: string
  tool: ExecutedTool
  told?: 'call' | 'result'
}

/** Reads what only Groq sends: `x_groq`, and the tools that it ran, which a stream tells as they begin and end. */
export class GroqReader implements ChatReader {
  #context: ParseContext
  #runs: Map<number, Run> = new Map()

  constructor(context: ParseContext) {
    this.#context = context
  }

  delta({ executed_tools: tools, annotations }: ChatDelta, id: string): void {
    if (Array.isArray(tools)) (tools as readonly ExecutedTool[]).forEach((tool, place) => this.#read(tool, place, id))
    annotations?.forEach(annotation =>
      this.#cite((annotation['document_citation'] ?? annotation['function_citation']) as Citation | null | undefined),
    )
  }

  body({ usage, x_groq: own }: ChatBody): void {
    if (!isRecord(own)) return
    const { error, usage: last } = own
    if (typeof error === 'string' && error !== '') {
      this.#context.fail(readGroqError({ error: { message: `the stream was stopped: ${error}`, code: error } }))
    }
    if (usage != null || !isRecord(last) || last['completion_tokens'] === undefined) return
    this.#context.emit({ type: 'usage', usage: readChatUsage(last) })
  }

  end(): void {
    for (const run of this.#runs.values()) this.#tellCall(run)
  }

  #read(piece: ExecutedTool, place: number, id: string): void {
    const index = piece.index ?? place
    const run: Run = this.#runs.get(index) ?? { id: `${id || 'run'}_${String(index)}`, tool: {} }
    run.tool = { ...run.tool, ...piece }
    this.#runs.set(index, run)
    const { arguments: text, output, search_results: search, browser_results: browser, code_results: code } = run.tool
    const result = output ?? search ?? browser ?? code
    if (result != null || isRecord(tryParseJson(text ?? ''))) this.#tellCall(run)
    if (result != null && run.told === 'call') this.#tellResult(run, result)
  }

  #cite(cited: Citation | null | undefined): void {
    if (cited == null) return
    const { document_id: document, tool_call_id: call, start_index: start, end_index: end } = cited
    this.#context.emit({ type: 'source', source: { type: 'source', id: document ?? call, start, end } })
  }

  #tellCall(run: Run): void {
    if (run.told !== undefined) return
    run.told = 'call'
    const { id, tool } = run
    const raw = { id, name: nameOf(tool), text: tool.arguments ?? '', complete: true, providerExecuted: true }
    this.#context.emit({ type: 'tool-call', toolCall: toolCallPart(raw) })
  }

  #tellResult(run: Run, result: unknown): void {
    run.told = 'result'
    const { id: toolCallId, tool } = run
    const content = typeof result === 'string' ? result : JSON.stringify(result)
    const toolResult = { type: 'tool-result', toolCallId, name: nameOf(tool), content, providerExecuted: true } as const
    this.#context.emit({ type: 'tool-result', toolResult })
    for (const { url, title } of [...(tool.search_results?.results ?? []), ...(tool.browser_results ?? [])]) {
      if (url) this.#context.emit({ type: 'source', source: { type: 'source', url, title: title ?? undefined } })
    }
    for (const { png: base64 } of tool.code_results ?? []) {
      const source = { base64: base64 ?? '', mediaType: 'image/png' }
      if (base64) this.#context.emit({ type: 'file', file: { type: 'image', source } })
    }
  }
}

const nameOf = ({ name, type }: ExecutedTool): string => name ?? type ?? 'tool'
