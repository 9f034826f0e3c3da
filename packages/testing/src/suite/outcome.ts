import assert from 'node:assert/strict'
import type { FinishReason } from '@llm/core'
import type { FixturePart } from '../fixtures/wire-fixtures.ts'
import { REQUEST, type Bench } from './bench.ts'
import type { SuiteCase } from './case.ts'

const CALL: FixturePart = { type: 'tool-call', id: 'call_1', name: 'now', deltas: ['{}'] }
const TEXT: FixturePart = { type: 'text', deltas: ['So ', 'far.'] }

async function checkReason(bench: Bench, raw: string, meaning: FinishReason): Promise<void> {
  const parts = meaning === 'tool-calls' ? [CALL] : [TEXT]
  const completion = await bench.both({ parts, finishReason: meaning, rawFinishReason: raw })
  assert.equal(completion.finishReason, meaning, `what ${raw} means`)
  assert.equal(completion.rawFinishReason, raw, "the host's own word is kept")
}

/** Why the model stopped, and what the answer cost. */
export const outcomeCases: readonly SuiteCase[] = [
  {
    name: "finish: each of the host's reasons has its meaning",
    async run(bench) {
      const reasons = Object.entries(bench.fixtures.finishReasons)
      const meanings = reasons.map(([, meaning]) => meaning)
      assert.ok(meanings.includes('stop') && meanings.includes('length'), 'the fixtures name the reasons of the host')
      for (const [raw, meaning] of reasons) await checkReason(bench, raw, meaning)
    },
  },
  {
    name: 'usage: what the host reports is there, totals with everything in them',
    async run(bench) {
      const { usage } = await bench.both({ usage: { inputTokens: 100, outputTokens: 30 } })
      assert.equal(usage.inputTokens, 100)
      assert.equal(usage.outputTokens, 30)
      assert.equal(usage.totalTokens, 130)
      assert.equal(usage.source, 'reported')
      assert.ok(usage.raw !== undefined, 'and as the host wrote it')
    },
  },
  {
    name: 'usage: cached input is part of the input, on every host',
    needs: ['cacheReadTokens'],
    async run(bench) {
      const { usage } = await bench.both({ usage: { inputTokens: 100, outputTokens: 30, cacheReadTokens: 40 } })
      assert.equal(usage.inputTokens, 100)
      assert.equal(usage.cacheReadTokens, 40)
      assert.equal(usage.totalTokens, 130)
    },
  },
  {
    name: 'usage: reasoning is part of the output, on every host',
    needs: ['reasoningTokens'],
    async run(bench) {
      const { usage } = await bench.both({ usage: { inputTokens: 100, outputTokens: 30, reasoningTokens: 20 } })
      assert.equal(usage.outputTokens, 30)
      assert.equal(usage.reasoningTokens, 20)
      assert.equal(usage.totalTokens, 130)
    },
  },
  {
    name: 'usage: it counts in an event that has content too',
    needs: ['usageWithContent'],
    async run(bench) {
      const usage = { inputTokens: 100, outputTokens: 30 }
      const { completion } = await bench.read(bench.streamed({ usage, usageIn: 'content' }))
      assert.equal(completion.text, 'Good day.')
      assert.equal(completion.usage.totalTokens, 130)
    },
  },
  {
    name: 'usage: snapshots replace each other and are not summed',
    needs: ['usageSnapshots'],
    async run(bench) {
      const usage = { inputTokens: 100, outputTokens: 30 }
      const { completion, events } = await bench.read(bench.streamed({ usage, usageIn: 'snapshots' }))
      assert.equal(completion.usage.inputTokens, 100)
      assert.equal(completion.usage.outputTokens, 30)
      assert.ok(events.filter(event => event.type === 'usage').length > 1, 'each snapshot is told')
    },
  },
  {
    name: 'usage: an answer that is left early has what was reported by then',
    needs: ['usageSnapshots'],
    async run(bench) {
      const usage = { inputTokens: 100, outputTokens: 30 }
      const stream = bench.serve(bench.streamed({ usage, usageIn: 'snapshots' })).provider.stream(REQUEST)
      for await (const event of stream) if (event.type === 'text-delta') break
      assert.equal((await stream.completion()).usage.inputTokens, 100)
    },
  },
  {
    name: 'usage: what the host does not say is unknown, and not 0',
    async run(bench) {
      const { inputTokens, outputTokens, totalTokens } = (await bench.both({ usage: undefined })).usage
      assert.deepEqual({ inputTokens, outputTokens, totalTokens }, NOTHING)
    },
  },
]

const NOTHING = { inputTokens: undefined, outputTokens: undefined, totalTokens: undefined }
