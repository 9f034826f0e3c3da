import { expect, test } from 'vitest'
import { recordAt } from './__fixtures__/records.ts'
import { EXPORT_FIELDS } from './export.ts'
import { createMemoryStore, type RequestRecord } from './index.ts'

type Forgotten = Exclude<keyof RequestRecord, (typeof EXPORT_FIELDS)[number]>

test('every field of a request has its column', () => {
  const forgotten: Forgotten extends never ? true : Forgotten = true
  expect(forgotten).toBe(true)
  expect(new Set(EXPORT_FIELDS).size).toBe(EXPORT_FIELDS.length)
})

test('prompts and answers are in it where they are asked for', async () => {
  const store = createMemoryStore()
  const record = recordAt(0, { prompt: '[1,"a"]', answer: '-2', tags: ['x', 'y'] })
  store.record(record.id, () => record)
  await store.flush()
  const read = async (content?: boolean) => {
    const lines: string[] = []
    for await (const text of store.requests.export({ format: 'csv', content })) lines.push(text)
    return lines.join('')
  }
  expect(await read()).not.toContain('prompt')
  const [head, row] = (await read(true)).split('\r\n')
  expect(head?.endsWith(',prompt,answer')).toBe(true)
  expect(row).toContain(`"[""x"",""y""]"`)
  expect(row?.endsWith(`,"[1,""a""]",'-2`)).toBe(true)
})
