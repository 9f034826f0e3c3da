import { MODEL, PROMPT, type CallOptions, type Contestant, type Setup } from './contestant.ts'

/** What anybody would write for one host and one kind of answer: no errors, no usage, no tools, nothing collected. */
export function create({ api, baseURL, apiKey, fetch = globalThis.fetch }: Setup): Contestant<MinimalEvent> {
  const url = `${baseURL}/${api === 'chat' ? 'chat/completions' : 'responses'}`
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` }
  const input = api === 'chat' ? { messages: [{ role: 'user', content: PROMPT }] } : { input: PROMPT }
  const post = (stream: boolean, { signal }: CallOptions) =>
    fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ model: MODEL, ...input, stream }),
      signal: signal ?? null,
    })
  return {
    stream: async options => readEvents((await post(true, options)).body as ReadableStream<Uint8Array>),
    textOf: event =>
      api === 'chat'
        ? (event.choices?.[0]?.delta?.content ?? '')
        : event.type === 'response.output_text.delta'
          ? (event.delta ?? '')
          : '',
    complete: async options => {
      const body = (await (await post(false, options)).json()) as MinimalBody
      return body.choices?.[0]?.message.content ?? body.output?.[0]?.content[0]?.text ?? ''
    },
  }
}

interface MinimalEvent {
  readonly type?: string
  readonly delta?: string
  readonly choices?: readonly { readonly delta?: { readonly content?: string } }[]
}

interface MinimalBody {
  readonly choices?: readonly { readonly message: { readonly content: string } }[]
  readonly output?: readonly { readonly content: readonly { readonly text: string }[] }[]
}

function readEvents(body: ReadableStream<Uint8Array>): AsyncIterable<MinimalEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let events: MinimalEvent[] = []
  let index = 0
  const next = (): Promise<IteratorResult<MinimalEvent, undefined>> => {
    const value = events[index++]
    return value === undefined ? read() : Promise.resolve({ done: false, value })
  }
  const read = async (): Promise<IteratorResult<MinimalEvent, undefined>> => {
    const { done, value } = await reader.read()
    if (done) return { done: true, value: undefined }
    const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n')
    rest = blocks.pop() ?? ''
    events = []
    index = 0
    for (const block of blocks) {
      const data = block.slice(block.indexOf('data: ') + 6)
      if (data !== '[DONE]') events.push(JSON.parse(data) as MinimalEvent)
    }
    return next()
  }
  const leave = async (): Promise<IteratorReturnResult<undefined>> => {
    await reader.cancel()
    return { done: true, value: undefined }
  }
  return { [Symbol.asyncIterator]: () => ({ next, return: leave }) }
}
