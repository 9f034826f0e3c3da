import { describe, expect, expectTypeOf, test, vi } from 'vitest'
import { z } from 'zod'
import { ModelClient } from '../client/model-client.ts'
import type { Completion, CompletionRequest } from '../completion.ts'
import { ToolError } from '../errors/tool-error.ts'
import { ValidationError } from '../errors/validation-error.ts'
import type { Message, ToolCallPart } from '../message.ts'
import type { Provider } from '../provider.ts'
import { ModelSpecRegistry } from '../specs/registry.ts'
import { CompletionAccumulator } from '../stream/accumulator.ts'
import { CompletionStream } from '../stream/completion-stream.ts'
import type { CompletionEvent } from '../stream/events.ts'
import { tool, type ToolContext } from '../tools/tool.ts'
import type { PausedRun, RunOptions, RunResult } from './run-options.ts'
import { afterCost, afterSteps, afterTime, afterTokens, afterTool } from './stop-conditions.ts'

type Answer =
  string | readonly ToolCallPart[] | { readonly calls: readonly ToolCallPart[]; readonly finishReason: 'length' }

const call = (name: string, args: Record<string, never> | object = {}, id = name): ToolCallPart => ({
  type: 'tool-call',
  id,
  name,
  arguments: args as Record<string, string>,
})

function eventsOf(answer: Answer): readonly CompletionEvent[] {
  const calls = typeof answer === 'string' ? [] : 'calls' in answer ? answer.calls : answer
  const finishReason =
    typeof answer === 'object' && 'calls' in answer ? 'length' : calls.length > 0 ? 'tool-calls' : 'stop'
  const text: CompletionEvent[] = typeof answer === 'string' ? [{ type: 'text-delta', text: answer }] : []
  return [
    ...text,
    ...calls.map((toolCall): CompletionEvent => ({ type: 'tool-call', toolCall })),
    {
      type: 'usage',
      usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15, source: 'reported' },
      cost: { total: 0.5, source: 'reported' },
    },
    { type: 'finish', finishReason },
  ]
}

/** A client whose model gives these answers, and what it was asked. */
function script(...answers: readonly Answer[]): { client: ModelClient; requests: CompletionRequest[] } {
  const requests: CompletionRequest[] = []
  const next = (request: CompletionRequest): readonly CompletionEvent[] => {
    requests.push(request)
    return eventsOf(answers[requests.length - 1] ?? 'done')
  }
  const provider: Provider = {
    id: 'script',
    protocol: 'script',
    complete: request => {
      const whole = new CompletionAccumulator()
      next(request).forEach(event => {
        whole.push(event)
      })
      return Promise.resolve(whole.snapshot())
    },
    stream: request => {
      const whole = new CompletionAccumulator()
      let batches: CompletionEvent[] | undefined
      return new CompletionStream({
        pull: () => {
          batches ??= [...next(request)]
          const event = batches.shift()
          if (event !== undefined) whole.push(event)
          return Promise.resolve(event === undefined ? undefined : [event])
        },
        cancel: () => Promise.resolve(),
        snapshot: interrupted => whole.snapshot(interrupted),
      })
    },
  }
  const family = { name: 'f', registry: () => new ModelSpecRegistry([]) }
  return { client: new ModelClient('m', { provider, family }), requests }
}

/** Runs both ways and sees to it that they are the same. */
async function both(
  answers: readonly Answer[],
  options: () => RunOptions,
): Promise<{ result: RunResult; requests: CompletionRequest[] }> {
  const whole = script(...answers)
  const streamed = script(...answers)
  const result = await whole.client.run('Go', options())
  const other = await streamed.client.streamRun('Go', options()).result()
  const comparable = ({ elapsed: _, ...rest }: RunResult): object => rest
  expect(comparable(other)).toEqual(comparable(result))
  expect(streamed.requests.map(({ messages }) => messages)).toEqual(whole.requests.map(({ messages }) => messages))
  return { result, requests: whole.requests }
}

const echo = tool({ name: 'echo', parameters: z.object({ text: z.string() }), execute: ({ text }) => `${text}!` })
const now = tool({ name: 'now', execute: () => ({ hour: 12 }) })

const resultsOf = (messages: readonly Message[]): readonly unknown[] =>
  messages.flatMap(message =>
    message.role === 'tool'
      ? message.content.map(({ content, isError }) => (isError ? { failed: content } : content))
      : [],
  )

describe('a run', () => {
  test('runs what the model calls until it calls nothing more', async () => {
    const { result, requests } = await both([[call('echo', { text: 'Hi' }), call('now')], 'All done.'], () => ({
      tools: [echo, now],
    }))
    expect(result).toMatchObject({ status: 'finished', text: 'All done.', cost: 1 })
    expect(result.usage).toEqual({ inputTokens: 20, outputTokens: 10, totalTokens: 30, source: 'reported' })
    expect(result.steps).toHaveLength(2)
    expect(resultsOf(result.messages)).toEqual(['Hi!', '{"hour":12}'])
    expect(requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool'])
    expect(result.steps[0]?.messages.map(({ role }) => role)).toEqual(['assistant', 'tool'])
  })

  test('without tools is a call', async () => {
    expect((await both(['Hello.'], () => ({}))).result).toMatchObject({ status: 'finished', text: 'Hello.' })
  })

  test('never runs the calls of an answer that was cut', async () => {
    const execute = vi.fn()
    const risky = tool({ name: 'risky', execute })
    const cut: Answer = { calls: [call('risky')], finishReason: 'length' }
    const broken: Answer = [{ ...call('risky'), status: 'incomplete', argumentsText: '{"a' }]
    expect((await both([cut], () => ({ tools: [risky] }))).result.status).toBe('finished')
    expect((await both([broken], () => ({ tools: [risky] }))).result.status).toBe('finished')
    expect(execute).not.toHaveBeenCalled()
  })

  test('runs tools side by side up to the limit, and tells results in the order of the calls', async () => {
    let running = 0
    let most = 0
    const slow = tool({
      name: 'slow',
      parameters: z.object({ ms: z.number() }),
      execute: async ({ ms }) => {
        running += 1
        most = Math.max(most, running)
        await new Promise(resolve => setTimeout(resolve, ms))
        running -= 1
        return String(ms)
      },
    })
    const calls = [20, 1, 10, 5].map((ms, index) => call('slow', { ms }, String(index)))
    const { client } = script(calls)
    const { messages } = await client.run('Go', { tools: [slow], concurrency: 2 })
    expect(resultsOf(messages)).toEqual(['20', '1', '10', '5'])
    expect(most).toBe(2)
  })

  test('tells each outcome once it is there, whatever else still runs', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const slow = tool({ name: 'slow', execute: () => promise })
    const { client } = script([call('slow'), call('now')], 'Done.')
    const told: string[] = []
    for await (const event of client.streamRun('Go', { tools: [slow, now] })) {
      if (event.type !== 'tool-outcome') continue
      told.push(event.result.toolCallId)
      resolve('at last')
    }
    expect(told).toEqual(['now', 'slow'])
  })

  test('passes what the model may see: parts stay parts', async () => {
    const image = { type: 'image', source: { url: 'https://a/b.png' } } as const
    const show = tool({ name: 'show', execute: () => [{ type: 'text', text: 'Look:' }, image] })
    const one = tool({ name: 'one', execute: () => image })
    const list = tool({ name: 'list', execute: () => [{ type: 'dog' }] })
    const none = tool({ name: 'none', execute: () => undefined })
    const { result } = await both([[call('show'), call('one'), call('list'), call('none')]], () => ({
      tools: [show, one, list, none],
    }))
    expect(resultsOf(result.messages)).toEqual([
      [{ type: 'text', text: 'Look:' }, image],
      [image],
      '[{"type":"dog"}]',
      '',
    ])
  })

  test('streams the events of every answer, and what happens between them', async () => {
    const { client } = script([call('now')], 'Noon.')
    const types: string[] = []
    for await (const { type } of client.streamRun('Go', { tools: [now] })) types.push(type)
    expect(types).toEqual([
      ...['step-start', 'tool-call', 'usage', 'finish', 'tool-outcome', 'step-finish'],
      ...['step-start', 'text-delta', 'usage', 'finish', 'step-finish', 'run-finish'],
    ])
  })

  test('is read once, and may be left', async () => {
    const { client, requests } = script([call('now')], 'Noon.')
    const run = client.streamRun('Go', { tools: [now] })
    for await (const event of run) if (event.type === 'tool-call') break
    await expect(run.result()).rejects.toMatchObject({ code: 'configuration' })
    expect(() => run[Symbol.asyncIterator]()).toThrow('already being read')
    expect(requests).toHaveLength(1)
  })
})

describe('a run stops', () => {
  const endless: readonly Answer[] = Array.from({ length: 20 }, (_, index) => [call('now', {}, String(index))])
  const steps = async (options: RunOptions): Promise<number> => {
    const { result } = await both(endless, () => ({ tools: [now], ...options }))
    expect(result.status).toBe('stopped')
    expect(result.messages.at(-1)?.role).toBe('tool')
    return result.steps.length
  }

  test('after ten steps, unless told otherwise', async () => {
    expect(await steps({})).toBe(10)
  })
  test.each([
    ['steps', afterSteps(3), 3],
    ['a tool', afterTool('now'), 1],
    ['tokens', afterTokens(40), 3],
    ['money', afterCost(1), 2],
    ['time', afterTime(0), 1],
    ['a condition of one’s own', ({ messages }: { messages: readonly Message[] }) => messages.length > 4, 2],
  ])('after %s', async (_name, stopWhen, count) => {
    expect(await steps({ stopWhen })).toBe(count)
  })
  test('where any of several says so', async () => {
    expect(await steps({ stopWhen: [afterSteps(9), afterTokens(1)] })).toBe(1)
  })
})

describe('the next step', () => {
  test('may have another model, other tools, other messages, other options', async () => {
    const { client, requests } = script([call('now')], 'Noon.')
    await client.run('Go', {
      tools: [now],
      temperature: 0.5,
      prepareStep: ({ steps, messages }) =>
        steps.length === 0 ? undefined : { model: 'other', tools: [echo], temperature: 1, messages: messages.slice(1) },
    })
    expect(
      requests.map(({ model, temperature, tools }) => [model, temperature, tools?.map(({ name }) => name)]),
    ).toEqual([
      ['m', 0.5, ['now']],
      ['other', 1, ['echo']],
    ])
    expect(requests[1]?.messages).toHaveLength(2)
  })
})

describe('a tool that fails', () => {
  const fails = tool({
    name: 'fails',
    execute: () => {
      throw new Error('No such file.')
    },
  })
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  const odd = tool({ name: 'odd', execute: () => circular })
  const symbol = tool({ name: 'symbol', execute: () => Symbol('x') })

  test('is told to the model, which goes on', async () => {
    const { result } = await both([[call('fails'), call('odd'), call('symbol'), call('now')], 'I see.'], () => ({
      tools: [fails, odd, symbol, now],
    }))
    expect(result.text).toBe('I see.')
    expect(resultsOf(result.messages)).toEqual([
      { failed: 'The tool fails failed: No such file.' },
      { failed: 'The tool odd gave back something that JSON cannot write.' },
      { failed: 'The tool symbol gave back something that JSON cannot write.' },
      '{"hour":12}',
    ])
  })

  test('is thrown where that is wanted', async () => {
    const { client } = script([call('fails')])
    const run = client.run('Go', { tools: [fails], onToolError: 'throw' })
    await expect(run).rejects.toThrow(ToolError)
    await expect(run).rejects.toMatchObject({ message: 'The tool fails failed: No such file.' })
  })

  test('and is thrown ends those that run beside it, and begins no other', async () => {
    let seen: AbortSignal | undefined
    const begun = vi.fn()
    const hangs = tool({
      name: 'hangs',
      execute: (_input: object, { signal }: ToolContext) => {
        seen = signal
        return new Promise(() => undefined)
      },
    })
    const later = tool({ name: 'later', execute: begun })
    const { client } = script([call('hangs'), call('fails'), call('later')])
    const options = { tools: [hangs, fails, later], concurrency: 2, onToolError: 'throw' } as const
    await expect(client.run('Go', options)).rejects.toThrow('No such file.')
    expect(seen?.aborted).toBe(true)
    expect(begun).not.toHaveBeenCalled()
  })

  test('takes too long: it is told, and its signal says so', async () => {
    let seen: AbortSignal | undefined
    const hangs = tool({
      name: 'hangs',
      timeout: 20,
      execute: (_input: object, { signal }: ToolContext) => {
        seen = signal
        return new Promise(() => undefined)
      },
    })
    const { client } = script([call('hangs')])
    const { messages } = await client.run('Go', { tools: [hangs] })
    expect(resultsOf(messages)).toEqual([{ failed: 'The tool hangs took longer than 20 ms.' }])
    expect(seen?.aborted).toBe(true)
  })
})

describe('a call that is wrong', () => {
  test('may be corrected by the model', async () => {
    const { result } = await both(
      [[call('echo', { text: 5 })], [call('echo', { text: 'Hi' }, 'again')], 'Done.'],
      () => ({ tools: [echo] }),
    )
    expect(resultsOf(result.messages)[0]).toMatchObject({ failed: expect.stringContaining('text: ') as string })
    expect(resultsOf(result.messages)[1]).toBe('Hi!')
    expect(result.text).toBe('Done.')
  })

  test('is told what there is, and what it wrote', async () => {
    const unparsable: ToolCallPart = { ...call('echo', {}, 'b'), status: 'invalid', argumentsText: '[1' }
    const { result } = await both([[call('nothing'), unparsable], 'Sorry.'], () => ({ tools: [echo, now] }))
    expect(resultsOf(result.messages)).toEqual([
      { failed: 'There is no tool nothing. There are: echo, now.' },
      {
        failed:
          'The arguments of echo do not fit: the arguments are not a JSON object: [1. Correct them and call it again.',
      },
    ])
  })

  test('again and again ends the run', async () => {
    const wrong: Answer = [call('nothing')]
    const { client, requests } = script(wrong, wrong, wrong, wrong)
    await expect(client.run('Go', { tools: [now], maxRepairs: 2 })).rejects.toMatchObject({ code: 'tool' })
    expect(requests).toHaveLength(3)
  })
})

describe('approval', () => {
  const execute = vi.fn(() => 'sent')
  const send = tool({ name: 'send', needsApproval: true, execute })
  const pay = tool({
    name: 'pay',
    parameters: z.object({ dollars: z.number() }),
    needsApproval: ({ dollars }) => dollars > 10,
    execute: ({ dollars }) => `paid ${String(dollars)}`,
  })

  test('pauses the run as plain data, and goes on elsewhere', async () => {
    const { result: first } = await both([[call('send'), call('now')]], () => ({ tools: [send, now] }))
    expect(first.status).toBe('paused')
    expect(execute).not.toHaveBeenCalled()
    const paused = JSON.parse(JSON.stringify(first.paused)) as PausedRun
    expect(paused.pending.map(({ name }) => name)).toEqual(['send'])
    const elsewhere = script('Sent it.')
    const second = await elsewhere.client.run({ resume: paused, approvals: { send: true } }, { tools: [send, now] })
    expect(second).toMatchObject({ status: 'finished', text: 'Sent it.' })
    expect(resultsOf(second.messages)).toEqual(['sent', '{"hour":12}'])
    expect(elsewhere.requests[0]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool'])
  })

  test('may be refused, with a reason that the model is told', async () => {
    const calls = [call('send'), call('pay', { dollars: 50 })]
    const { client } = script(calls)
    const { paused } = await client.run('Go', { tools: [send, pay] })
    if (paused === undefined) throw new Error('not paused')
    const approvals = { send: false, pay: { approved: false, reason: 'too much' } } as const
    const { messages } = await client.run({ resume: paused, approvals }, { tools: [send, pay] })
    expect(resultsOf(messages)).toEqual([
      { failed: 'The user does not allow this call.' },
      { failed: 'The user does not allow this call: too much' },
    ])
  })

  test('is asked for only where the arguments need it', async () => {
    const { client } = script([call('pay', { dollars: 5 })], 'Paid.')
    expect((await client.run('Go', { tools: [pay] })).status).toBe('finished')
    const dear = script([call('pay', { dollars: 50 })])
    expect((await dear.client.run('Go', { tools: [pay] })).status).toBe('paused')
  })

  test('that cannot be told is an error, and nothing is run', async () => {
    const needsApproval = (): boolean => {
      throw new Error('no such rule')
    }
    const run = vi.fn()
    const { client } = script([call('unsure'), call('beside')])
    const tools = [tool({ name: 'unsure', needsApproval, execute: run }), tool({ name: 'beside', execute: run })]
    await expect(client.run('Go', { tools })).rejects.toMatchObject({
      code: 'tool',
      message: 'Whether unsure needs approval could not be told: no such rule',
    })
    expect(run).not.toHaveBeenCalled()
  })

  test('does not set back what was used: a limit counts on from the pause', async () => {
    const { client } = script([call('now')], [call('send')])
    const { paused, usage } = await client.run('Go', { tools: [send, now] })
    expect(usage.totalTokens).toBe(30)
    const resume = JSON.parse(JSON.stringify(paused)) as PausedRun
    const elsewhere = script([call('now')], [call('now')])
    const approvals = { send: true }
    const options = { tools: [send, now], stopWhen: [afterTokens(45), afterCost(10)] }
    const result = await elsewhere.client.run({ resume, approvals }, options)
    expect(result).toMatchObject({ status: 'stopped', cost: 1.5, usage: { totalTokens: 45 } })
    expect(result.steps).toHaveLength(1)
  })

  test('must be given for every pending call', async () => {
    const { client } = script([call('send')])
    const { paused } = await client.run('Go', { tools: [send] })
    if (paused === undefined) throw new Error('not paused')
    const open = client.run({ resume: paused, approvals: {} }, { tools: [send] })
    await expect(open).rejects.toThrow(ValidationError)
    await expect(open).rejects.toThrow('Nobody has decided on send (send).')
  })
})

test('an abort reaches the tools and ends the run', async () => {
  const controller = new AbortController()
  let seen: AbortSignal | undefined
  const waits = tool({
    name: 'waits',
    execute: (_input: object, { signal }: ToolContext) => {
      seen = signal
      controller.abort(new Error('enough'))
      return new Promise(() => undefined)
    },
  })
  const { client, requests } = script([call('waits')], 'never')
  await expect(client.run('Go', { tools: [waits], signal: controller.signal })).rejects.toMatchObject({
    code: 'aborted',
  })
  expect(seen?.aborted).toBe(true)
  expect(requests).toHaveLength(1)
})

test('types flow from the schema to the tool', () => {
  expectTypeOf(echo.execute).parameter(0).toEqualTypeOf<{ text: string }>()
  expectTypeOf(script().client.run('Go')).resolves.toEqualTypeOf<RunResult>()
  expectTypeOf<RunResult['completion']>().toEqualTypeOf<Completion>()
  // @ts-expect-error -- the schema says text
  tool({ name: 'x', parameters: z.object({ text: z.string() }), execute: ({ other }) => other as string })
})

test.each([
  ['concurrency', 0],
  ['concurrency', 1.5],
  ['maxRepairs', -1],
  ['toolTimeout', Number.NaN],
])('%s cannot be %d', async (parameter, value) => {
  const { client, requests } = script('Hello.')
  await expect(client.run('Go', { [parameter]: value })).rejects.toMatchObject({ code: 'validation', parameter })
  expect(requests).toHaveLength(0)
})
