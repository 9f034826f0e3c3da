import assert from 'node:assert/strict'
import { LLMError, type Completion, type CompletionRequest, type ProviderOptions } from '@llm/core'
import { BASE_URL, failureOf, KEY, REQUEST, type Bench } from './bench.ts'
import type { SuiteCase } from './case.ts'
import type { SuiteParameter } from './supports.ts'

/** What came of a request: what was sent, and what was said of it. */
export interface Sent {
  /** Absent where the request was refused. */
  readonly body: string | undefined
  readonly completion: Completion | undefined
}

/** Sends a request, which a host may refuse with a typed error before anything leaves. */
export async function trySend(bench: Bench, change: Partial<CompletionRequest>): Promise<Sent> {
  const { provider, host } = bench.serve(bench.whole())
  try {
    const completion = await provider.complete({ ...REQUEST, ...change })
    return { body: host.requests[0]?.body ?? '', completion }
  } catch (error) {
    assert.ok(LLMError.is(error), `only an LLMError may leave a provider, not ${String(error)}`)
    assert.equal(host.requests.length, 0, `a request that was sent must not fail so: ${error.message}`)
    assert.match(error.code, /^(?:unsupported_operation|transformation|validation)$/)
    return { body: undefined, completion: undefined }
  }
}

/** Each parameter with a value that is found again in the body, whatever the host calls it. */
const PARAMETERS: Readonly<Record<SuiteParameter, readonly [Partial<CompletionRequest>, RegExp]>> = {
  maxTokens: [{ maxTokens: 4321 }, /4321/],
  temperature: [{ temperature: 0.1875 }, /0\.1875/],
  topP: [{ topP: 0.8125 }, /0\.8125/],
  topK: [{ topK: 37 }, /37/],
  stop: [{ stop: ['SUITE-STOP'] }, /SUITE-STOP/],
  seed: [{ seed: 987_654 }, /987654/],
  presencePenalty: [{ presencePenalty: 0.3125 }, /0\.3125/],
  frequencyPenalty: [{ frequencyPenalty: 0.6875 }, /0\.6875/],
  verbosity: [{ verbosity: 'low' }, /"low"/i],
  'reasoning.effort': [{ reasoning: { effort: 'high' } }, /"high"/i],
  'reasoning.budgetTokens': [{ reasoning: { budgetTokens: 2345 }, maxTokens: 8000 }, /2345/],
}

async function checkParameter(bench: Bench, name: SuiteParameter): Promise<void> {
  const [change, found] = PARAMETERS[name]
  const { body, completion } = await trySend(bench, change)
  const warned = completion?.warnings.some(
    ({ parameter = '' }) => parameter === name || parameter === name.split('.')[0],
  )
  if (bench.supports.dropped.includes(name)) {
    assert.ok(body === undefined || warned, `${name} is dropped with a warning, or refused`)
    if (body !== undefined) assert.doesNotMatch(body, found, `${name} is not sent`)
    return
  }
  assert.ok(body !== undefined, `${name} is taken: if the host has no place for it, name it in supports.dropped`)
  assert.match(body, found, `${name} is sent: if the host has no place for it, name it in supports.dropped`)
}

/** What is sent, and where to. */
export const requestCases: readonly SuiteCase[] = [
  {
    name: 'settings: a call goes to the base URL, with the key and the headers of the settings',
    async run(bench) {
      const { host } = bench.serve(bench.whole())
      const headers = { 'x-suite': 'yes' }
      await bench.create({ apiKey: KEY, baseURL: BASE_URL, fetch: host.fetch, headers }).complete(REQUEST)
      const [request] = host.requests
      assert.ok(
        request !== undefined && request.url.startsWith(BASE_URL),
        `${String(request?.url)} begins with the base URL`,
      )
      assert.equal(request.headers.get('x-suite'), 'yes')
      assert.ok(
        [...request.headers.values(), request.url].some(value => value.includes(KEY)),
        'the key is sent',
      )
    },
  },
  {
    name: 'settings: one that does not exist is an error at once',
    async run(bench) {
      const { host } = bench.serve()
      const settings = { apiKey: KEY, baseURL: BASE_URL, fetch: host.fetch, noSuchSetting: 1 }
      assert.equal((await failureOf(async () => bench.create(settings))).code, 'configuration')
    },
  },
  {
    name: 'settings: making a provider sends nothing',
    async run(bench) {
      const { host, provider } = bench.serve(bench.whole())
      provider.stream(REQUEST)
      await new Promise(resolve => setTimeout(resolve, 1))
      assert.equal(host.requests.length, 0)
      assert.match(provider.id, /^[a-z][a-z0-9-]*$/)
      assert.notEqual(provider.protocol, '')
    },
  },
  ...(Object.keys(PARAMETERS) as SuiteParameter[]).map((name): SuiteCase => ({
    name: `parameters: ${name} is sent, or what became of it is said`,
    run: bench => checkParameter(bench, name),
  })),
  {
    name: 'parameters: each tool choice is told apart',
    needs: ['tools'],
    async run(bench) {
      const tools = [{ name: 'first_tool' }, { name: 'second_tool' }]
      const bodies = new Set<string>()
      for (const toolChoice of ['auto', 'none', 'required', { name: 'second_tool' }] as const) {
        const { body = '', completion } = await trySend(bench, { tools, toolChoice })
        const said = completion?.warnings.some(({ parameter }) => parameter === 'toolChoice') ?? true
        assert.ok(said || !bodies.has(body), `${JSON.stringify(toolChoice)} is sent as a choice of its own`)
        bodies.add(body)
      }
    },
  },
  {
    name: "parameters: the host's own options are checked, and those of other hosts ignored",
    async run(bench) {
      const { provider, host } = bench.serve(bench.whole())
      const own = { [provider.id]: { noSuchOption: true } } as ProviderOptions
      assert.equal((await failureOf(() => provider.complete({ ...REQUEST, providerOptions: own }))).code, 'validation')
      assert.equal(host.requests.length, 0, 'nothing was sent')
      const other = { anotherHost: { noSuchOption: 'SUITE-OTHER' } } as ProviderOptions
      await provider.complete({ ...REQUEST, providerOptions: other })
      assert.ok(!host.requests[0]?.body.includes('SUITE-OTHER'))
    },
  },
  {
    name: "parameters: the host's own id for a model is used, from the model's spec",
    async run(bench) {
      const { provider, host } = bench.serve(bench.whole())
      const spec = { ...SPEC, hosts: { [provider.id]: 'suite-host-model' } }
      await provider.complete({ ...REQUEST, spec })
      const { url, body } = host.requests[0] ?? { url: '', body: '' }
      assert.ok(`${url} ${body}`.includes('suite-host-model'), 'the id is in the URL or the body')
    },
  },
]

const SPEC = {
  id: 'suite-model',
  family: 'suite',
  input: ['text'],
  output: ['text'],
  capabilities: {},
  parameters: {},
} as const
