import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { downloadMedia, type DownloadOptions } from './download.ts'

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const MEGABYTE = Buffer.alloc(2 ** 20)

/** How each path is answered. */
const ROUTES: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
  '/cat.png': (_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(PNG),
  '/untyped': (_, response) => response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(PNG),
  '/page.png': (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in'),
  '/report.pdf': (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in'),
  '/lie.png': (_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end('%PDF-1.7 '),
  '/packed.png': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(PNG),
  '/empty.png': (_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(),
  '/missing': (_, response) => response.writeHead(404).end('gone'),
  '/busy': (_, response) => response.writeHead(503).end(),
  '/said-large': (_, response) => response.writeHead(200, { 'content-length': 100 * 2 ** 20 }).write(MEGABYTE),
  '/large': (_, response) => {
    response.writeHead(200)
    const send = (left: number): void => {
      if (left === 0) response.end()
      else if (!response.destroyed)
        response.write(MEGABYTE, () => {
          sentMegabytes++
          send(left - 1)
        })
    }
    send(100)
  },
  '/slow': (_, response) => response.writeHead(200, { 'content-type': 'image/png' }).write(PNG.subarray(0, 4)),
  '/silent': () => undefined,
  '/cut': (_, response) => {
    response.writeHead(200, { 'content-length': 100 }).write(PNG, () => response.destroy())
  },
  '/moved': (_, response) => response.writeHead(302, { location: '/cat.png' }).end(),
  '/to-localhost': (request, response) =>
    response.writeHead(302, { location: `http://localhost:${String(request.socket.localPort)}/cat.png` }).end(),
  '/to-private': (_, response) => response.writeHead(301, { location: 'http://10.1.2.3/secret' }).end(),
  '/to-mapped': (_, response) => response.writeHead(307, { location: 'http://[::ffff:169.254.169.254]/' }).end(),
  '/to-file': (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/round': (_, response) => response.writeHead(302, { location: '/round' }).end(),
  '/headers': (request, response) => response.end(JSON.stringify(request.headers)),
}

let sentMegabytes = 0
let server: Server
let host = ''

beforeAll(async () => {
  server = createServer((request, response) => ROUTES[(request.url ?? '').split('?')[0] ?? '']?.(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** The server's own address is allowed, and no other private one. */
const download = (path: string, options: DownloadOptions = {}): ReturnType<typeof downloadMedia> =>
  downloadMedia(`http://${host}${path}`, { privateAddresses: [host], ...options })

test.each(['/cat.png', '/untyped', '/moved'])('a file is downloaded: %s', async path => {
  expect(await download(path, { kind: 'image' })).toEqual({ base64: PNG.toString('base64'), mediaType: 'image/png' })
})

test('a name that is allowed is resolved', async () => {
  const { port } = server.address() as AddressInfo
  const source = await downloadMedia(`http://localhost:${String(port)}/cat.png`, { privateAddresses: ['localhost'] })
  expect(source.mediaType).toBe('image/png')
})

test('nothing of the caller is sent along', async () => {
  const { base64 } = await download('/headers')
  expect(Object.keys(JSON.parse(atob(base64)) as object).sort()).toEqual([
    'accept',
    'accept-encoding',
    'connection',
    'host',
    'user-agent',
  ])
})

describe('addresses that are not public are refused', () => {
  test.each(['/to-localhost', '/to-private', '/to-mapped'])('by a redirect: %s', async path => {
    await expect(download(path)).rejects.toMatchObject({ code: 'download', reason: 'private-address' })
  })

  test.each([
    '127.0.0.1',
    'localhost',
    '2130706433',
    '0x7f.1',
    '0.0.0.0',
    '10.0.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '[::1]',
    '[::]',
    '[::127.0.0.1]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
  ])('%s', async name => {
    const refused = downloadMedia(`http://${name}/cat.png`)
    await expect(refused).rejects.toMatchObject({ code: 'download', reason: 'private-address', retryable: false })
  })

  test('a name that says a private address, also among public ones', async () => {
    const addresses = [
      { address: '93.184.216.34', family: 4 },
      { address: '192.168.0.1', family: 4 },
    ]
    const refused = downloadMedia('https://rebind.example/cat.png', { resolve: () => Promise.resolve(addresses) })
    await expect(refused).rejects.toMatchObject({ reason: 'private-address' })
  })

  test('where names cannot be resolved, by what they say of themselves', async () => {
    const resolve = (): Promise<undefined> => Promise.resolve(undefined)
    for (const name of ['api.localhost', 'metadata.internal', 'nas.local', '127.0.0.1']) {
      const refused = downloadMedia(`http://${name}/`, { resolve })
      await expect(refused).rejects.toMatchObject({ reason: 'private-address' })
    }
  })
})

test('it connects to the address that was checked, whatever the name says a moment later', async () => {
  let asked = 0
  const resolve = (): Promise<{ address: string; family: number }[]> => {
    asked++
    return Promise.resolve([{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }])
  }
  const { port } = server.address() as AddressInfo
  const url = `http://rebind.example:${String(port)}/cat.png`
  const source = await downloadMedia(url, { resolve, privateAddresses: ['rebind.example'] })
  expect(source.base64).toBe(PNG.toString('base64'))
  expect(asked).toBe(1)
})

describe('what is too large', () => {
  test('is not read where it says so', async () => {
    await expect(download('/said-large')).rejects.toMatchObject({
      reason: 'too-large',
      hint: expect.stringMatching(/fileId/),
    })
  })

  test('is read no further than the limit: of 100 MB at most a part is ever sent', async () => {
    await expect(download('/large', { maxBytes: 2 * 2 ** 20 })).rejects.toMatchObject({ reason: 'too-large' })
    expect(sentMegabytes).toBeLessThan(50)
  })

  test('the limit itself is not', async () => {
    expect((await download('/cat.png', { maxBytes: PNG.length })).mediaType).toBe('image/png')
    await expect(download('/cat.png', { maxBytes: PNG.length - 1 })).rejects.toMatchObject({ reason: 'too-large' })
  })
})

describe('time', () => {
  test.each(['/slow', '/silent'])('a server that takes too long: %s', async path => {
    await expect(download(path, { timeout: 50 })).rejects.toMatchObject({ code: 'timeout', timer: 'download' })
  })

  test("the caller's signal ends it", async () => {
    const refused = download('/silent', { signal: AbortSignal.timeout(20) })
    await expect(refused).rejects.toMatchObject({ code: 'aborted' })
    await expect(download('/cat.png', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
  })
})

test.each([
  ['/page.png', 'image'],
  ['/lie.png', 'image'],
  ['/cat.png', 'audio'],
  ['/packed.png', 'image'],
  ['/empty.png', 'image'],
  ['/report.pdf', 'file'],
] as const)('what is not what it should be: %s as %s', async (path, kind) => {
  await expect(download(path, { kind })).rejects.toMatchObject({ code: 'download', reason: 'wrong-type' })
})

test('a page where a certain type was announced', async () => {
  const refused = download('/page.png', { mediaType: 'application/pdf' })
  await expect(refused).rejects.toMatchObject({ reason: 'wrong-type' })
})

test.each([
  ['/missing', { reason: 'status', status: 404, retryable: false }],
  ['/busy', { reason: 'status', status: 503, retryable: true }],
  ['/round', { reason: 'redirects' }],
  ['/to-file', { reason: 'network' }],
  ['/cut', { reason: 'network', retryable: true }],
])('what goes wrong at the server: %s', async (path, expected) => {
  await expect(download(path)).rejects.toMatchObject({ code: 'download', ...expected })
})

test('what is no URL to download', async () => {
  for (const url of ['file:///etc/passwd', 'ftp://a/b', 'not a url']) {
    await expect(downloadMedia(url)).rejects.toMatchObject({ code: 'download', reason: 'network' })
  }
})

test('errors do not show what may be a key', async () => {
  const error: unknown = await download('/missing?signature=s3cr3t').catch((reason: unknown) => reason)
  expect(JSON.stringify(error)).not.toContain('s3cr3t')
  expect(error).toMatchObject({ url: `http://${host}/missing` })
})
