import { isRecord, type ParseContext } from '@llm/core'
import type { ChatBody, ChatReader, ResponseBody } from '@llm/protocol-openai'

/**
 * The filters that fired, each with its severity. Those that only looked are left out. Source:
 * https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter-annotations
 */
export function firedFilters(results: unknown): readonly string[] {
  if (!isRecord(results)) return []
  return Object.entries(results).flatMap(([name, result]) => {
    if (!isRecord(result) || (result['filtered'] !== true && result['detected'] !== true)) return []
    return [typeof result['severity'] === 'string' ? `${name} (${result['severity']})` : name]
  })
}

/** Says once of each filter that it fired, or that there was no filtering. */
export class FilterReader implements ChatReader {
  #context: ParseContext
  #told: Set<string> = new Set()

  constructor(context: ParseContext) {
    this.#context = context
  }

  /** Of chat completions: the prompt's results come first, the answer's as it grows. */
  body({ prompt_filter_results: prompts, choices }: ChatBody): void {
    for (const item of records(prompts)) this.#read(item, 'prompt')
    for (const item of records(choices)) this.#read(item, 'answer')
  }

  /** Of a whole response. */
  response({ content_filters: filters }: ResponseBody): void {
    for (const item of records(filters)) this.#read(item, item['source_type'] === 'prompt' ? 'prompt' : 'answer')
  }

  #read({ content_filter_results: results }: Record<string, unknown>, where: 'prompt' | 'answer'): void {
    for (const filter of firedFilters(results)) this.#warn(`The content filter fired on the ${where}: ${filter}.`)
    if (!isRecord(results) || !isRecord(results['error'])) return
    this.#warn(`The content filter did not look at the ${where}: ${String(results['error']['message'])}`)
  }

  #warn(message: string): void {
    if (!this.#told.has(message)) this.#context.warn({ code: 'other', message })
    this.#told.add(message)
  }
}

/** What is an object in what should be a list of them. */
export function records(items: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(items) ? (items as readonly unknown[]).filter(isRecord) : []
}
