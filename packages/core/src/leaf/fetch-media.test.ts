import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { HistoryRules } from '../history/history-rules.ts'
import type { Message, UserPart } from '../message.ts'
import type { Provider } from '../provider.ts'
import type { PreparedRequest } from './codec.ts'
import { defineProvider } from './define-provider.ts'

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const BYTES = { base64: PNG.toString('base64'), mediaType: 'image/png' }
let server: Server
let base = ''
let asked: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url === '/silent.png') return
    response.writeHead(request.url === '/missing.png' ? 404 : 200, { 'content-type': 'image/png' }).end(PNG)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
})
beforeEach(() => {
  asked = []
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** A host of a wire format with such rules, and what its codec was given. */
function host(urls: HistoryRules['urls']): { provider: Provider; sent: PreparedRequest<unknown>[] } {
  const sent: PreparedRequest<unknown>[] = []
  const provider = defineProvider<unknown>({
    id: 'host',
    codec: {
      protocol: 'test',
      history: { urls },
      renderRequest: request => {
        sent.push(request)
        return { rendered: request.messages }
      },
      parseResponse: (_, context) => {
        context.emit({ type: 'finish', finishReason: 'stop' })
      },
      createStreamParser: () => ({ push: () => undefined, done: true, end: () => true }),
    },
    transport: { fetch: () => Promise.resolve(Response.json({})), readError: () => ({}) },
    options: () => Promise.reject(new Error('no options are used')),
    buildRequest: () => Promise.resolve({ url: 'https://example.com' }),
  })
  return { provider, sent }
}

const media = { privateAddresses: true }
const say = (...content: UserPart[]): Message[] => [{ role: 'user', content }]
const imageAt = (path: string): UserPart => ({ type: 'image', source: { url: base + path } })

describe('a URL that the host does not fetch', () => {
  test('is downloaded and sent as bytes, once for each, with a warning; nothing that was passed is changed', async () => {
    const { provider, sent } = host({})
    const messages: Message[] = [
      ...say({ type: 'text', text: 'Look.' }, imageAt('/a.png'), imageAt('/a.png')),
      { role: 'assistant', content: [{ type: 'tool-call', id: '1', name: 'look', arguments: {} }] },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: '1', content: [imageAt('/b.png')] }] },
    ]
    const before = structuredClone(messages)
    const { warnings } = await provider.complete({ model: 'm', messages, media })
    expect(sent[0]?.messages[0]?.content).toEqual([
      { type: 'text', text: 'Look.' },
      { type: 'image', source: BYTES },
      { type: 'image', source: BYTES },
    ])
    expect(sent[0]?.messages[2]?.content).toMatchObject([{ content: [{ type: 'image', source: BYTES }] }])
    expect(asked.sort()).toEqual(['/a.png', '/b.png'])
    expect(warnings).toEqual([expect.objectContaining({ code: 'media-downloaded' })])
    expect(warnings[0]?.message).toContain('2 files')
    expect(messages).toEqual(before)
  })

  test('is downloaded for a stream too', async () => {
    const { provider, sent } = host({ audio: /./ })
    await provider.stream({ model: 'm', messages: say(imageAt('/a.png')), media }).completion()
    expect(sent[0]?.messages[0]?.content).toEqual([{ type: 'image', source: BYTES }])
  })

  test('is not downloaded for a preview, which says that it would be', async () => {
    const preview = await host({}).provider.preview?.({ model: 'm', messages: say(imageAt('/a.png')) })
    expect(preview?.body).toEqual({
      rendered: say({ type: 'image', source: { base64: '', mediaType: 'image/png' } }),
    })
    expect(preview?.warnings.map(({ code }) => code)).toEqual(['media-downloaded'])
    expect(asked).toEqual([])
  })

  test('on a private address is refused, where nothing else is said, and nothing is sent', async () => {
    const { provider, sent } = host({})
    const call = provider.complete({ model: 'm', messages: say(imageAt('/a.png')) })
    await expect(call).rejects.toMatchObject({ code: 'download', reason: 'private-address' })
    expect([...asked, ...sent]).toEqual([])
  })

  test('fails the call where it cannot be had, without waiting for others', async () => {
    const messages = say(imageAt('/silent.png'), imageAt('/missing.png'))
    const call = host({}).provider.complete({ model: 'm', messages, media })
    await expect(call).rejects.toMatchObject({ code: 'download', reason: 'status', status: 404 })
  })

  test.each([
    ["the call's own time limit", { timeout: 50 }, { code: 'timeout', timer: 'total' }],
    ['that of downloads', { media: { ...media, timeout: 50 } }, { code: 'timeout', timer: 'download' }],
    ["the caller's signal", { signal: AbortSignal.timeout(50) }, { code: 'aborted' }],
  ])('ends with %s', async (_, limits, expected) => {
    const call = host({}).provider.complete({ model: 'm', messages: say(imageAt('/silent.png')), media, ...limits })
    await expect(call).rejects.toMatchObject(expected)
  })
})

test.each<[string, HistoryRules['urls']]>([
  ['all of them', undefined],
  ['that one', { image: /\.png$/ }],
])('a URL is passed on to a host that fetches %s', async (_, urls) => {
  const { provider, sent } = host(urls)
  const { warnings } = await provider.complete({ model: 'm', messages: say(imageAt('/a.png')) })
  expect(sent[0]?.messages).toEqual(say(imageAt('/a.png')))
  expect([...asked, ...warnings]).toEqual([])
})

test('what is no address on the web is the codec’s to judge', async () => {
  const sources = [{ url: 's3://b/a.png' }, { url: 'data:image/png;base64,AA==' }, { fileId: 'f' }, BYTES] as const
  const messages = say(...sources.map((source): UserPart => ({ type: 'image', source })))
  const { provider, sent } = host({})
  await provider.complete({ model: 'm', messages })
  expect(sent[0]?.messages).toEqual(messages)
})
