import { bindCodec, defined, type Capabilities, type CodeRequest, type Completion, type Warning } from '@llm/core'
import { callJson, createChatCodec, readError, type CapabilityHost, type ChatDialect } from '@llm/protocol-openai'
import type { CompatibleOptions } from './options.ts'

/** How a vendor fills in code. */
export interface CodeDialect {
  readonly path: string
  /** What it calls the seed; absent where it takes none. */
  readonly seedField?: 'seed' | 'random_seed'
}

/** As OpenAI's API for texts has it, and most servers of one's own. */
const PLAIN: CodeDialect = { path: '/completions', seedField: 'seed' }

interface CodeBody {
  readonly choices: readonly { readonly text?: string; readonly finish_reason?: string | null }[]
}

/** Makes `completeCode`. The answer is one of the chat API, or of the older one for texts, which differs in one field. */
export function createCompleteCode(
  host: CapabilityHost<CompatibleOptions>,
  chat: ChatDialect<CompatibleOptions>,
  code: CodeDialect = PLAIN,
): Capabilities['completeCode'] {
  const codec = bindCodec({
    id: host.id,
    codec: createChatCodec(chat),
    transport: { readError },
    options: () => Promise.reject(new Error('only answers are read')),
  })
  return request => {
    const model = request.spec?.hosts?.[host.id] ?? request.model
    const call = { request, model, path: code.path, body: render({ ...request, model }, code) }
    return callJson(host, call, (body: CodeBody, { response, requestId }): Completion => {
      const choices = body.choices.map(({ text, ...rest }) =>
        text === undefined ? rest : { ...rest, message: { content: text } },
      )
      return {
        ...codec.read({ ...body, choices }, { model }),
        ...(requestId !== undefined && { requestId }),
        response,
        warnings: [...(request.warnings ?? []), ...warnings(request, host.id, code)],
      }
    })
  }
}

function render({ model, prefix, suffix, seed, ...request }: CodeRequest, { seedField }: CodeDialect): object {
  const { maxTokens: max_tokens, temperature, topP: top_p, stop } = request
  return defined({
    model,
    prompt: prefix,
    suffix,
    max_tokens,
    temperature,
    top_p,
    stop,
    ...(seedField !== undefined && { [seedField]: seed }),
  })
}

function warnings({ seed }: CodeRequest, host: string, { seedField }: CodeDialect): readonly Warning[] {
  if (seed === undefined || seedField !== undefined) return []
  const message = `${host} has no seed in this API; it was dropped.`
  return [{ code: 'parameter-dropped', message, parameter: 'seed' }]
}
