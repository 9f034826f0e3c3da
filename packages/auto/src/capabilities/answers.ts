/** What a host answers to one request. */
export type Answer = () => Response

export const json =
  (body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  () =>
    Response.json(body, { headers })

export const lines =
  (...items: readonly unknown[]): Answer =>
  () =>
    new Response(items.map(item => JSON.stringify(item)).join('\n'))

export const bytes =
  (mediaType: string): Answer =>
  () =>
    new Response(Uint8Array.of(1, 2, 3), { headers: { 'content-type': mediaType } })

export const events =
  (...items: readonly unknown[]): Answer =>
  () =>
    new Response(items.map(item => `data: ${JSON.stringify(item)}\n\n`).join(''), {
      headers: { 'content-type': 'text/event-stream' },
    })

/** An answer of Gemini with one part. */
export const generated = (part: object): Answer =>
  json({ candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP' }] })

export const CHAT: object = { choices: [{ message: { role: 'assistant', content: '4' }, finish_reason: 'stop' }] }

export const RESPONSE: object = {
  id: 'r1',
  status: 'completed',
  output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: '4' }] }],
}
