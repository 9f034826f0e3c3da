import { expect, test } from 'vitest'
import { ServerError } from '../../errors/server-error.ts'
import type { Provider } from '../../provider.ts'
import { createHeldProvider } from '../../testing/held-provider.ts'
import { gateCalls, type CallOutcome, type Gate } from './gate-calls.ts'

const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const
const warnings = [{ code: 'other', message: 'said' }] as const
const turn = () => new Promise(setImmediate)

function gated(provider: Provider) {
  const log: string[] = []
  const outcomes: CallOutcome[] = []
  const gate: Gate = ({ operation, request }) => {
    log.push(`${operation} in`)
    return {
      request,
      warnings,
      onFirstContent: () => log.push('first'),
      leave: outcome => {
        log.push(`${operation} out`)
        outcomes.push(outcome)
      },
    }
  }
  return { log, outcomes, provider: gateCalls(provider, gate) }
}

test('every call enters once and leaves once, with what came of it and the warnings of the gate', async () => {
  const held = createHeldProvider()
  const { provider, log, outcomes } = gated(held.provider)
  const whole = provider.complete(request)
  const embedded = provider.embed?.({ model: 'm', input: ['x'] })
  const failed = provider.complete(request)
  await turn()
  held.calls[0]?.answer()
  held.calls[1]?.answer()
  held.calls[2]?.fail(new ServerError({ message: 'no' }))
  expect((await whole).warnings).toEqual(warnings)
  expect((await embedded)?.warnings).toEqual(warnings)
  await expect(failed).rejects.toThrow('no')
  const stream = provider.stream(request)
  const streamed = stream.completion()
  await turn()
  held.calls[3]?.emit({ type: 'usage', usage: { source: 'reported' } })
  held.calls[3]?.answer({ text: 'x' })
  expect((await streamed).warnings).toEqual(warnings)
  expect(log.filter(line => line.endsWith('in')).length).toBe(4)
  expect(log.slice(-3)).toEqual(['stream in', 'first', 'stream out'])
  // A failure is told a step earlier than an answer.
  expect(outcomes.map(({ result, error }) => result?.text ?? (error as Error | undefined)?.message)).toEqual([
    'no',
    'ok',
    undefined,
    'x',
  ])
})

test('what runs no model goes through, and what answers piece by piece is watched to its end', async () => {
  const pieces: Provider = {
    ...createHeldProvider().provider,
    listModels: () => Promise.resolve([]),
    async *streamImage() {
      yield {
        type: 'image',
        index: 0,
        image: { type: 'image', source: { url: 'x' } },
        usage: { inputTokens: 3, source: 'reported' },
      }
      await turn()
      throw new ServerError({ message: 'no' })
    },
  }
  const { provider, log, outcomes } = gated(pieces)
  await provider.listModels?.()
  expect(log).toEqual([])
  const images = () => provider.streamImage?.({ model: 'm', prompt: 'p' })[Symbol.asyncIterator]()
  const left = images()
  await left?.next()
  await left?.return?.()
  const read = images()
  await read?.next()
  await expect(read?.next()).rejects.toThrow('no')
  const each = ['streamImage in', 'first', 'streamImage out']
  expect(log).toEqual([...each, ...each])
  expect(outcomes).toMatchObject([
    { result: { usage: { inputTokens: 3 }, interrupted: true } },
    { error: { code: 'server' } },
  ])
})
