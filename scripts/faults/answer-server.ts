import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { chatFixtures } from '@llm/testing'

// A process of its own, so that its memory and its work are not counted: it answers every call, and streams slowly. Streams
// go on after their first piece when it is told so.

const [pieces, intervalMs] = process.argv.slice(2).map(Number) as [number, number]
const fixtures = chatFixtures()
const answer = {
  id: 'answer-1',
  model: 'model-1',
  parts: [{ type: 'text', deltas: Array.from({ length: pieces }, () => 'word ') }],
  finishReason: 'stop',
  usage: { inputTokens: 3, outputTokens: pieces },
} as const
const events = fixtures.events(answer)
const untilText = events.findIndex(event => String(event).includes('word')) + 1
const body = JSON.stringify(fixtures.body(answer))

const told = once(process, 'message')

async function stream(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events.slice(0, untilText)) response.write(event)
  await told
  for (const event of events.slice(untilText)) {
    if (intervalMs > 0) await sleep(intervalMs)
    response.write(event)
  }
  response.end()
}

const server = createServer((request, response) => {
  void text(request).then(received => {
    if (received.includes('"stream":true')) return stream(response)
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  })
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
await once(server, 'listening')
process.send?.(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`)
process.on('disconnect', () => process.exit(0))
