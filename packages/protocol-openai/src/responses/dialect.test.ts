import { parseWith, renderWith } from '@llm/core/testing'
import { expect, test } from 'vitest'
import { createResponsesCodec } from './codec.ts'

const ANSWER = { id: 'r', status: 'completed', output: [] }

function completed(response: object): string {
  return `data: ${JSON.stringify({ type: 'response.completed', response: { ...ANSWER, ...response } })}\n\n`
}

test('a host that encrypts nothing is asked for nothing encrypted', async () => {
  const codec = createResponsesCodec({ encryptedReasoning: false })
  expect((await renderWith(codec, {}, ANSWER)).body).not.toHaveProperty('include')
  expect((await renderWith(createResponsesCodec(), {}, ANSWER)).body).toMatchObject({
    include: ['reasoning.encrypted_content'],
  })
})

test('open reasoning goes back as it came: as content, not as a summary', async () => {
  const codec = createResponsesCodec()
  const item = { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'Let me.' }] }
  const said = { type: 'message', content: [{ type: 'output_text', text: 'Yes.' }] }
  const { message, reasoning } = await parseWith(codec, completed({ output: [item, said] }))
  expect(reasoning).toBe('Let me.')
  const { body } = await renderWith(codec, { messages: [message] }, ANSWER)
  expect(body).toMatchObject({ input: [item, { role: 'assistant', content: said.content }] })
})

test('a web search is written in the host’s own fields', async () => {
  const codec = createResponsesCodec({ renderWebSearch: ({ maxUses }) => ({ type: 'search', max_uses: maxUses }) })
  const { body } = await renderWith(codec, { webSearch: { maxUses: 2 } }, ANSWER)
  expect(body).toMatchObject({ tools: [{ type: 'search', max_uses: 2 }] })
})

test('cost is read where the usage has it', async () => {
  const codec = createResponsesCodec({ readCost: usage => usage['cost'] as number })
  const { cost } = await parseWith(codec, completed({ usage: { input_tokens: 1, cost: 0.5 } }))
  expect(cost).toEqual({ total: 0.5, source: 'reported' })
})

test('an error is read in the host’s own words', async () => {
  const codec = createResponsesCodec({ readError: () => ({ message: 'own words', kind: 'quota-exceeded' }) })
  await expect(parseWith(codec, completed({ error: { message: 'x' } }))).rejects.toMatchObject({
    code: 'quota_exceeded',
  })
})

test('what only this host sends is read before the items are told', async () => {
  const codec = createResponsesCodec({
    readBody: ({ note }, context) => {
      context.emit({ type: 'source', source: { type: 'source', title: String(note) } })
      context.warn({ code: 'other', message: 'read' })
    },
  })
  const output = [{ type: 'message', content: [{ type: 'output_text', text: 'Hi' }] }]
  const { content, warnings } = await parseWith(codec, completed({ note: 'N', output }))
  expect(content).toEqual([
    { type: 'source', title: 'N' },
    { type: 'text', text: 'Hi' },
  ])
  expect(warnings).toEqual([{ code: 'other', message: 'read' }])
})
