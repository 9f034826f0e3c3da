import { describe, expect, test } from 'vitest'
import { bodyBytes, loadCassettes, type Cassette, type Exchange } from './cassette.ts'
import { startReplayServer } from './replay-server.ts'

const folder = process.env['LLM_RECORDINGS']
const HOSTS = ['openai', 'anthropic', 'google', 'bedrock', 'openrouter']

function requestOf({ request }: Exchange): RequestInit {
  const { method, headers = {}, multipart } = request
  if (multipart === undefined) {
    const body = bodyBytes(request)
    return { method, headers, body: body.length > 0 ? new Uint8Array(body) : null }
  }
  const form = new FormData()
  for (const { name, text, filename, base64 } of multipart as readonly Record<string, string>[]) {
    if (filename === undefined) form.append(name ?? '', text ?? '')
    else
      form.append(name ?? '', new File([Uint8Array.from(atob(base64 ?? ''), piece => piece.charCodeAt(0))], filename))
  }
  const { 'content-type': _, ...rest } = headers as Record<string, string>
  return { method, headers: rest, body: form }
}

async function replayAll(cassette: Cassette, file: string): Promise<void> {
  const server = await startReplayServer(file, { strict: true, seed: 3 })
  try {
    for (const exchange of cassette.exchanges) {
      const { pathname, search } = new URL(exchange.request.url)
      const response = await fetch(server.url + pathname + search, { ...requestOf(exchange), redirect: 'manual' })
      expect({ file, status: response.status, problems: server.problems }).toEqual({
        file,
        status: exchange.response.status,
        problems: [],
      })
      if (response.status !== 204)
        expect(new Uint8Array(await response.arrayBuffer())).toEqual(bodyBytes(exchange.response))
    }
    server.done()
  } finally {
    await server.close()
  }
}

describe.skipIf(folder === undefined)('recorded traffic over loopback HTTP (LLM_RECORDINGS)', () => {
  test.each(HOSTS)('%s: every exchange is served to the request that it was recorded for', async host => {
    const cassettes = await loadCassettes(`${folder ?? ''}/${host}`)
    expect(cassettes.length).toBeGreaterThan(40)
    for (const cassette of cassettes) await replayAll(cassette, `${folder ?? ''}/${host}/${cassette.name}.json`)
  })
})
