import {
  AbortedError,
  AuthenticationError,
  ConfigurationError,
  ConnectionError,
  ModelClient,
  ModelSpecRegistry,
  ToolError,
} from '@llm/core'
import { callTool, mock, type Reply } from '@llm/provider-mock'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { begun, call, failure, find, HEADERS, startHttp, stdio } from './__fixtures__/servers.ts'
import { mcpTools, type McpOptions, type McpServer, type McpTools } from './index.ts'

const opened: McpTools[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map(tools => tools.close()))
})

async function open(server: McpServer, options?: McpOptions): Promise<McpTools> {
  const tools = await mcpTools(server, options)
  opened.push(tools)
  return tools
}

const NAMES =
  'add weather picture fail refuse wait cancelled pid environment grow search_the_web search_the_web_2 conditional'

let http: Awaited<ReturnType<typeof startHttp>>
beforeAll(async () => {
  http = await startHttp()
})
afterAll(() => http.process.kill('SIGKILL'))

describe.each<[string, () => McpServer]>([
  ['stdio', () => stdio()],
  ['streamable HTTP', () => ({ url: http.url, headers: HEADERS })],
])('over %s', (_name, server) => {
  test('all pages of tools, as the server describes them, under names that every host takes', async () => {
    const tools = await open(server())
    expect(tools.tools.map(({ name }) => name)).toEqual(NAMES.split(' '))
    expect(tools.instructions).toBe('Add before you search.')
    expect(find(tools, 'add')).toMatchObject({
      description: 'Adds two numbers.',
      parameters: {
        type: 'object',
        properties: { a: { type: 'number' }, b: { type: 'number' } },
        required: ['a', 'b'],
      },
      timeout: 60_000,
    })
    expect(find(tools, 'weather').description).toBe('The weather')
  })

  test('calls, with texts, structured content and images as results', async () => {
    const tools = await open(server())
    expect(await call(tools, 'add', { a: 1, b: 2 })).toBe('3')
    expect(await call(tools, 'weather')).toBe('{"degrees":21}')
    expect(await call(tools, 'picture')).toEqual([
      { type: 'text', text: 'A dot.' },
      { type: 'image', source: { base64: 'iVBORw0KGgo=', mediaType: 'image/png' } },
    ])
    expect(await call(tools, 'search_the_web')).toBe('slash')
    expect(await call(tools, 'search_the_web_2')).toBe('dots')
  })

  test('a result that is an error, and a refusal, are errors for the model to read', async () => {
    const tools = await open(server())
    const failed = await failure(call(tools, 'fail'))
    expect(failed).toBeInstanceOf(ToolError)
    expect(failed).toMatchObject({ message: 'There is no such file.', hint: expect.any(String) })
    const refused = await failure(call(tools, 'refuse'))
    expect(refused).toBeInstanceOf(ToolError)
    expect(refused).toMatchObject({ message: expect.stringContaining('I do not like these arguments') })
  })

  test('an abort ends the call, here and at the server', async () => {
    const tools = await open(server())
    const callUntil = async (signal: AbortSignal): Promise<unknown> =>
      find(tools, 'wait').execute({}, { toolCallId: 'c1', signal })
    const before = Number(await call(tools, 'cancelled'))
    const controller = new AbortController()
    const waiting = failure(callUntil(controller.signal))
    await begun()
    controller.abort(new Error('enough'))
    const error = await waiting
    expect(error).toBeInstanceOf(AbortedError)
    expect(error).toMatchObject({ cause: { message: 'enough' } })
    await vi.waitFor(async () => {
      expect(await call(tools, 'cancelled')).toBe(String(before + 1))
    })
    expect(await failure(callUntil(AbortSignal.abort()))).toBeInstanceOf(AbortedError)
  })

  test('closing ends calls that are still running, may be done twice, and is for good', async () => {
    const tools = await open(server())
    const waiting = failure(call(tools, 'wait'))
    await begun()
    await Promise.all([tools.close(), tools[Symbol.asyncDispose]()])
    expect(await waiting).toBeInstanceOf(ConnectionError)
    const late = await failure(call(tools, 'add', { a: 1, b: 2 }))
    expect(late).toBeInstanceOf(ConnectionError)
    expect(late).toMatchObject({ hint: expect.stringContaining('mcpTools') })
  })

  test('new tools are asked for when the server says that there are some, where that is wanted', async () => {
    const [still, fresh] = await Promise.all([open(server()), open(server(), { refresh: true, exclude: ['add'] })])
    await call(still, 'grow')
    await call(fresh, 'grow')
    await vi.waitFor(() => {
      expect(fresh.tools.map(({ name }) => name)).toEqual([...NAMES.split(' ').slice(1), 'late'])
    })
    expect(still.tools.map(({ name }) => name)).toEqual(NAMES.split(' '))
  })
})

describe('a server over HTTP', () => {
  test('that is killed in the middle ends its calls', async () => {
    const doomed = await startHttp()
    const tools = await open({ url: new URL(doomed.url), headers: HEADERS })
    const waiting = failure(call(tools, 'wait'))
    await begun()
    doomed.process.kill('SIGKILL')
    expect(await waiting).toBeInstanceOf(ConnectionError)
    const error = await failure(call(tools, 'add', { a: 1, b: 1 }))
    expect(error).toBeInstanceOf(ConnectionError)
    expect(JSON.stringify(error)).not.toContain('secret')
    expect(await failure(mcpTools({ url: doomed.url }))).toBeInstanceOf(ConnectionError)
  })

  test('is told when nobody needs the session any more', async () => {
    const tools = await mcpTools({ url: http.url, headers: HEADERS })
    const told = http.written().split('left').length
    await tools.close()
    await vi.waitFor(() => {
      expect(http.written().split('left')).toHaveLength(told + 1)
    })
  })

  test('is asked with the given fetch and headers', async () => {
    const asked: string[] = []
    const tools = await open({
      url: http.url,
      headers: HEADERS,
      fetch: (url, init) => {
        asked.push(init?.method ?? 'GET')
        return fetch(url, init)
      },
    })
    expect(await call(tools, 'add', { a: 2, b: 2 })).toBe('4')
    expect(asked).toContain('POST')
  })

  test('that wants other credentials gives the error of the status, without the ones it got', async () => {
    const error = await failure(mcpTools({ url: http.url, headers: { authorization: 'Bearer a-wrong-secret' } }))
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ status: 401, message: expect.stringContaining('Who are you?') })
    expect(JSON.stringify(error) + String(error)).not.toContain('secret')
  })
})

describe('options', () => {
  test('include, exclude and prefix', async () => {
    const tools = await open(stdio(), {
      include: ['add', 'fail', 'search/the web'],
      exclude: ['fail'],
      prefix: 'test-',
    })
    expect(tools.tools.map(({ name }) => name)).toEqual(['test-add', 'test-search_the_web'])
    expect(await call(tools, 'test-add', { a: 1, b: 1 })).toBe('2')
  })

  test.each<McpOptions>([{ include: ['ad'] }, { exclude: ['add', 'ad'] }])(
    'a name that is not there: %j',
    async options => {
      const error = await failure(mcpTools(stdio(), options))
      expect(error).toBeInstanceOf(ConfigurationError)
      expect(error).toMatchObject({
        message: 'The MCP server has no tool ad.',
        hint: expect.stringContaining('add, weather'),
      })
    },
  )
})

describe('a run', () => {
  const client = (...replies: readonly Reply[]): ModelClient =>
    new ModelClient('m', {
      provider: mock({ replies: [...replies] }),
      family: { name: 'f', registry: () => new ModelSpecRegistry([]) },
    })
  const results = (messages: Awaited<ReturnType<ModelClient['run']>>['messages']): readonly unknown[] =>
    messages.flatMap(({ role, content }) =>
      role === 'tool' ? content.map(part => (part.isError ? { failed: part.content } : part.content)) : [],
    )

  test('calls the tools and shows the model what came of it', async () => {
    const { tools } = await open(stdio())
    const run = await client(
      { toolCalls: [{ name: 'add', arguments: { a: 2, b: 3 } }, { name: 'picture' }, { name: 'fail' }] },
      callTool('conditional', { a: 1 }),
      'Five.',
    ).run('Go', { tools })
    expect(run).toMatchObject({ status: 'finished', text: 'Five.' })
    expect(results(run.messages)).toEqual([
      '5',
      [
        { type: 'text', text: 'A dot.' },
        { type: 'image', source: { base64: 'iVBORw0KGgo=', mediaType: 'image/png' } },
      ],
      { failed: 'There is no such file.' },
      // Its schema can only be checked by the server, which does not.
      '{"a":1}',
    ])
  })

  test('has the model correct arguments that do not fit the schema', async () => {
    const { tools } = await open(stdio())
    const run = await client(callTool('add', { a: 'two' }), callTool('add', { a: 2, b: 2 }), 'Four.').run('Go', {
      tools,
    })
    expect(results(run.messages)).toEqual([{ failed: expect.stringContaining('do not fit') }, '4'])
  })

  test('pauses before the tools that need approval, and goes on over another connection', async () => {
    const asked: unknown[] = []
    const options: McpOptions = {
      needsApproval: request => {
        asked.push(request)
        return request.annotations.readOnlyHint !== true
      },
    }
    const first = await open(stdio(), options)
    const asks = client({ toolCalls: [{ name: 'add', arguments: { a: 1, b: 1 } }, { name: 'weather' }] }, 'Done.')
    const run = await asks.run('Go', { tools: first.tools })
    expect(run.status).toBe('paused')
    expect(run.paused?.pending.map(({ name }) => name)).toEqual(['weather'])
    expect(asked).toContainEqual({ tool: 'add', arguments: { a: 1, b: 1 }, annotations: { readOnlyHint: true } })
    await first.close()

    const resume = JSON.parse(JSON.stringify(run.paused)) as NonNullable<typeof run.paused>
    const second = await open({ url: http.url, headers: HEADERS }, options)
    const approvals = Object.fromEntries(resume.pending.map(({ id }) => [id, true]))
    const done = await asks.run({ resume, approvals }, { tools: second.tools })
    expect(done).toMatchObject({ status: 'finished', text: 'Done.' })
    expect(results(done.messages)).toEqual(['2', '{"degrees":21}'])
  })

  test('ends calls that take too long, here and at the server', async () => {
    const tools = await open(stdio(), { timeout: 150 })
    const run = await client(callTool('wait'), 'Done.').run('Go', { tools: tools.tools })
    expect(results(run.messages)).toEqual([{ failed: 'The tool wait took longer than 150 ms.' }])
    await vi.waitFor(async () => {
      expect(await call(tools, 'cancelled')).toBe('1')
    })
  })

  test('throws where it is aborted, and where a failure is to be thrown', async () => {
    const { tools } = await open(stdio())
    const signal = AbortSignal.timeout(150)
    expect(await failure(client(callTool('wait')).run('Go', { tools, signal }))).toBeInstanceOf(AbortedError)
    const thrown = await failure(client(callTool('fail')).run('Go', { tools, onToolError: 'throw' }))
    expect(thrown).toMatchObject({ name: 'ToolError', message: 'There is no such file.' })
  })

  test('goes on where the server dies, and the model is told', async () => {
    const tools = await open(stdio())
    const dies = client(async () => {
      process.kill(Number(await call(tools, 'pid')), 'SIGKILL')
      return callTool('add', { a: 1, b: 1 })
    }, 'It is gone.')
    const run = await dies.run('Go', { tools: tools.tools })
    expect(run.text).toBe('It is gone.')
    expect(results(run.messages)).toEqual([{ failed: expect.stringContaining('broke') }])
  })
})
