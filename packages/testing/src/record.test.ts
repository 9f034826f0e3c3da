import { createServer, type Server } from 'node:http'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadCassette } from './cassette.ts'
import { record } from './record.ts'
import { replay, replayExchanges } from './replay.ts'
import { startReplayServer } from './replay-server.ts'

const KEY = 'Zk81mWq0Lr5vT2yXb7Nc'
const STREAM = `event: a\ndata: {"text":"für ${KEY}"}\r\n\r\n: ping\n\ndata: [DONE]\n\n`
const SOUND = Uint8Array.from({ length: 300 }, (_, index) => index % 256)

/** A host that repeats the key wherever it can. */
function answer(path: string, body: string): { readonly type: string; readonly body: string | Uint8Array } {
  if (path.startsWith('/stream')) return { type: 'text/event-stream', body: STREAM }
  if (path.startsWith('/sound')) return { type: 'audio/mpeg', body: SOUND }
  if (path.startsWith('/lines')) return { type: 'application/jsonl', body: '{"a":1}\n{"a":2}\n' }
  return {
    type: 'application/json',
    body: `\n  ${JSON.stringify({ path: path.split('?')[0], length: body.length, key: KEY, api_key: 'other', n: [1] })}`,
  }
}

let server: Server
let url: string
let folder: string

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Uint8Array[] = []
    request
      .on('data', (chunk: Uint8Array) => chunks.push(chunk))
      .on('end', () => {
        const { type, body } = answer(request.url ?? '', Buffer.concat(chunks).toString())
        response.writeHead(200, { 'content-type': type, 'set-cookie': `session=${KEY}`, 'x-request-id': 'req_1' })
        response.end(body)
      })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  folder = await mkdtemp(join(tmpdir(), 'cassettes-'))
})

afterAll(async () => {
  await new Promise(resolve => server.close(resolve))
  await rm(folder, { recursive: true })
})

function post(body: unknown): RequestInit {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}`, cookie: 'a=b', 'x-own': KEY }
  return { method: 'POST', headers, body: JSON.stringify(body) }
}

describe('record', () => {
  test('writes no credential, wherever it stands', async () => {
    const said = { prompt: `my key is ${KEY}, or another-secret` }
    const { fetch, save } = record({ secrets: ['another-secret'] })
    await (await fetch(`${url}/chat?key=${KEY}&page=2`, post(said))).text()
    await (await fetch(`${url}/stream`, post({ password: 'hunter2' }))).text()
    const form = new FormData()
    form.append('note', `the key ${KEY}`)
    await (await fetch(`${url}/form`, { method: 'POST', body: form, headers: { 'x-api-key': KEY } })).text()
    const file = join(folder, 'deep', 'scrubbed.json')
    await save(file)
    const written = await readFile(file, 'utf8')
    for (const secret of [KEY, 'another-secret', 'hunter2', 'session', 'a=b', '"other"']) {
      expect(written).not.toContain(secret)
    }
    const [chat, stream, upload] = (await loadCassette(file)).exchanges
    expect(chat?.request.url).toBe(`${url}/chat?page=2`)
    expect(chat?.request.headers).toEqual({ 'content-type': 'application/json' })
    expect(chat?.response).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json', 'x-request-id': 'req_1' },
      json: { path: '/chat', length: JSON.stringify(said).length, key: '[redacted]', api_key: '[redacted]', n: [1] },
      json_prefix: '\n  ',
    })
    expect(stream?.response.sse).toBe(STREAM.replace(KEY, '[redacted]'))
    expect(upload?.request.multipart).toEqual([{ name: 'note', text: 'the key [redacted]' }])
  })

  test('names the host and the path where it is not told who answers', async () => {
    const { fetch, save } = record()
    await (await fetch(`${url}/lines`)).text()
    await save(join(folder, 'named.json'))
    expect(await loadCassette(join(folder, 'named.json'))).toMatchObject({
      name: 'named',
      provider: '127.0.0.1',
      api: '/lines',
      exchanges: [{ request: { method: 'GET' }, response: { text: '{"a":1}\n{"a":2}\n' } }],
    })
  })

  test('what reads through it gets the same bytes, and a body that is left has what was read', async () => {
    const { fetch, exchanges } = record()
    const bytes = new Uint8Array(await (await fetch(`${url}/sound`)).arrayBuffer())
    expect(bytes).toEqual(SOUND)
    const reader = (await fetch(`${url}/stream`)).body?.getReader()
    await reader?.cancel()
    const [sound, left] = await exchanges()
    expect(Uint8Array.from(atob(sound?.response.base64 ?? ''), piece => piece.charCodeAt(0))).toEqual(SOUND)
    expect(left?.response).toEqual({
      status: 200,
      headers: { 'content-type': 'text/event-stream', 'x-request-id': 'req_1' },
    })
  })

  test('a request that fails is not recorded', async () => {
    const { fetch, exchanges } = record({ fetch: () => Promise.reject(new TypeError('fetch failed')) })
    await expect(fetch(url)).rejects.toThrow('fetch failed')
    expect(await exchanges()).toEqual([])
  })
})

describe('replay', () => {
  async function recorded(): Promise<string> {
    const { fetch, save } = record()
    for (const path of ['/chat?b=2&a=1', '/stream', '/sound'])
      await (await fetch(url + path, post({ path }))).arrayBuffer()
    const file = join(folder, 'replayed.json')
    await save(file)
    return file
  }

  test('gives what was recorded, for the same requests, in any order and cut anywhere', async () => {
    const file = await recorded()
    for (const seed of [1, 2, 3]) {
      const { fetch, done } = await replay(file, { seed })
      const sound = await fetch('https://elsewhere.example/sound', post({}))
      expect(new Uint8Array(await sound.arrayBuffer())).toEqual(SOUND)
      expect(await (await fetch('https://elsewhere.example/stream', post({}))).text()).toContain('[DONE]')
      const chat = await fetch('https://elsewhere.example/chat?a=1&b=2', post({}))
      expect(chat.headers.get('x-request-id')).toBe('req_1')
      expect(await chat.json()).toMatchObject({ path: '/chat' })
      done()
    }
  })

  test('says what was not recorded, and what was not asked for', async () => {
    const { fetch, done, problems } = await replay(await recorded())
    const response = await fetch('https://elsewhere.example/other', post({}))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { message: 'not recorded: POST /other' } })
    expect(problems).toEqual(['not recorded: POST /other'])
    expect(done).toThrow(
      /not recorded: POST \/other\nnot asked for: POST \/chat\?a=1&b=2\nnot asked for: POST \/stream/,
    )
  })

  test('an exchange is used once', async () => {
    const { fetch } = await replay(await recorded())
    expect((await fetch('https://elsewhere.example/sound', post({}))).status).toBe(200)
    expect((await fetch('https://elsewhere.example/sound', post({}))).status).toBe(400)
  })

  test('strict mode compares bodies by meaning, and says what differs', async () => {
    const request = {
      method: 'POST',
      url: `${url}/chat`,
      json: { model: 'a', messages: [{ role: 'user', content: 'Hi' }], user: 'x' },
    }
    const exchange = { request, response: { status: 200, headers: {}, json: { ok: true } } }
    const strict = (body: unknown, ignore: readonly string[] = []): Promise<Response> =>
      replayExchanges([exchange], { strict: true, ignore }).fetch(`${url}/chat`, post(body))
    const same = { user: 'x', messages: [{ content: 'Hi', role: 'user' }], model: 'a' }
    expect((await strict(same)).status).toBe(200)
    const other = { ...same, user: 'y', messages: [{ role: 'user', content: 'Ho' }], extra: [1] }
    expect(await (await strict(other)).json()).toMatchObject({
      message:
        'POST /chat differs from what was recorded: messages[0].content: expected "Hi", got "Ho"; ' +
        'user: expected "x", got "y"; extra: not expected, got [1]',
    })
    expect((await strict(other, ['user', 'extra', 'messages'])).status).toBe(200)
    expect((await strict({ ...same, username: 1 }, ['user'])).status).toBe(400)
  })

  test('strict mode picks the recording with the same body', async () => {
    const exchanges = ['a', 'b'].map(name => ({
      request: { method: 'POST', url: `${url}/chat`, json: { name } },
      response: { status: 200, headers: {}, json: { name } },
    }))
    const { fetch } = replayExchanges(exchanges, { strict: true })
    expect(await (await fetch(`${url}/chat`, post({ name: 'b' }))).json()).toEqual({ name: 'b' })
    expect(await (await fetch(`${url}/chat`, post({ name: 'a' }))).json()).toEqual({ name: 'a' })
  })

  test('strict mode compares forms by their fields', async () => {
    const form = (model: string): FormData => {
      const data = new FormData()
      data.append('model', model)
      data.append('file', new File([SOUND], 'sound.mp3', { type: 'audio/mpeg' }))
      return data
    }
    const { fetch, exchanges } = record()
    await (await fetch(`${url}/form`, { method: 'POST', body: form('whisper') })).text()
    const again = replayExchanges(await exchanges(), { strict: true })
    const other = await again.fetch(`${url}/form`, { method: 'POST', body: form('other') })
    expect(await other.text()).toContain('[0].text: expected \\"whisper\\", got \\"other\\"')
    expect((await again.fetch(`${url}/form`, { method: 'POST', body: form('whisper') })).status).toBe(200)
  })

  test('an abort ends a request', async () => {
    const { fetch } = await replay(await recorded())
    await expect(fetch(`${url}/sound`, { ...post({}), signal: AbortSignal.abort() })).rejects.toThrow('aborted')
  })

  test('a folder without recordings is an error', async () => {
    await expect(replay(join(folder, 'nothing'))).rejects.toThrow('There is no recording in')
  })

  test('a server serves the same over HTTP', async () => {
    const served = await startReplayServer(await recorded(), { strict: true, seed: 5 })
    try {
      const stream = await fetch(`${served.url}/stream`, post({ path: '/stream' }))
      expect(stream.headers.get('content-type')).toBe('text/event-stream')
      expect(await stream.text()).toBe(STREAM.replace(KEY, '[redacted]'))
      expect((await fetch(`${served.url}/chat?a=1&b=2`, post({ path: 'else' }))).status).toBe(400)
      expect(served.problems).toHaveLength(1)
      expect(served.done).toThrow('not asked for: POST /sound')
    } finally {
      await served.close()
    }
  })
})
