import { eventStreamFrame } from '@llm/testing'
import type { Payload } from './payload.ts'

const USAGE = { inputTokens: 12, outputTokens: 50, totalTokens: 62, serverToolUsage: {} }
const METRICS = { latencyMs: 712 }

/** Amazon's Converse, in binary frames that are padded so that their length says nothing of the text. */
export const bedrock: Payload = {
  streamType: 'application/vnd.amazon.eventstream',
  events: texts => {
    const all: (readonly [string, object])[] = [
      ['messageStart', { role: 'assistant' }],
      ...texts.map(text => ['contentBlockDelta', { contentBlockIndex: 0, delta: { text } }] as const),
      ['contentBlockStop', { contentBlockIndex: 0 }],
      ['messageStop', { stopReason: 'end_turn' }],
      ['metadata', { metrics: METRICS, usage: USAGE }],
    ]
    return all.map(([type, fields]) =>
      eventStreamFrame(
        { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' },
        { ...fields, p: 'abcdefghijklmnopqrstuvwxyzABC' },
      ),
    )
  },
  body: text => ({
    metrics: METRICS,
    output: { message: { content: [{ text }], role: 'assistant' } },
    stopReason: 'end_turn',
    usage: USAGE,
  }),
}
