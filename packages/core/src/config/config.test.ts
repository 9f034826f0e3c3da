import { describe, expect, test } from 'vitest'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { LLMError } from '../errors/llm-error.ts'
import type { ProviderSettings } from '../provider.ts'
import { parseService, readEnvironment } from './config.ts'
import {
  checkSettings,
  COMMON_SETTINGS,
  environment,
  missingSetting,
  withEnvironment,
  type SettingsSpec,
} from './settings.ts'
import { unknownKey } from './unknown-key.ts'

function thrown(call: () => unknown): LLMError {
  try {
    call()
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    return error as LLMError
  }
  throw new Error('It did not fail.')
}

describe('a service', () => {
  test.each([
    ['openai/gpt-x', 'openai', 'gpt-x'],
    ['OpenRouter/vendor/model:free', 'openrouter', 'vendor/model:free'],
    [' my-host-2 / a b ', 'my-host-2', 'a b'],
  ])('%s', (text, provider, model) => {
    expect(parseService(text)).toEqual({ provider, model })
  })
  test.each(['', 'gpt', '/gpt', 'openai/', 'openai/ ', '1x/gpt', 'a b/c'])('%o names none', text => {
    expect(thrown(() => parseService(text)).hint).toContain('provider/model')
  })
})

describe('the environment', () => {
  test('is read, empty variables as absent ones', async () => {
    expect(await readEnvironment({ LLM_SERVICE: 'a/b', LLM_TIMEOUT: '500', OTHER: 'x' })).toEqual({
      service: { provider: 'a', model: 'b' },
      timeout: 500,
    })
    expect(await readEnvironment({ LLM_SERVICE: '', LLM_TIMEOUT: undefined })).toEqual({})
    expect(await readEnvironment()).toEqual(await readEnvironment(process.env))
    expect(environment()).toBe(process.env)
  })
  test('reports all problems at once', async () => {
    await expect(readEnvironment({ LLM_SERVICE: 'nothing', LLM_TIMEOUT: 'soon' })).rejects.toMatchObject({
      code: 'configuration',
      message:
        'The environment is set up wrongly. LLM_SERVICE: "nothing" does not name a provider and a model; LLM_TIMEOUT: must be a number of milliseconds.',
    })
    await expect(readEnvironment({ LLM_TIMEOUT: '-1' })).rejects.toThrow('must be above 0')
  })
})

interface Settings extends ProviderSettings {
  readonly mode?: 'fast' | 'slow' | undefined
  readonly retries?: number | undefined
  readonly beta?: boolean | undefined
  readonly scopes?: readonly string[] | undefined
}
const SPECS: SettingsSpec<Settings> = {
  ...COMMON_SETTINGS,
  apiKey: { type: 'string', env: 'FAKE_KEY' },
  baseURL: { type: 'string', env: 'FAKE_URL' },
  mode: { type: ['fast', 'slow'], env: 'FAKE_MODE' },
  retries: { type: 'number', env: 'FAKE_RETRIES' },
  beta: { type: 'boolean', env: 'FAKE_BETA' },
  scopes: { type: 'array' },
}

describe('settings', () => {
  test('that fit are copied and frozen', () => {
    const settings: Settings = {
      apiKey: 'k',
      headers: { a: 'b' },
      fetch: globalThis.fetch,
      timeout: 5,
      mode: 'fast',
      baseURL: undefined,
      scopes: [],
    }
    const checked = checkSettings('fake', settings, SPECS)
    expect(checked).toEqual(settings)
    expect(checked).not.toBe(settings)
    expect(Object.isFrozen(checked)).toBe(true)
  })
  test('all that is wrong is said at once', () => {
    const wrong = {
      apiKey: 7,
      apikey: 'x',
      mode: 'quick',
      headers: [],
      fetch: {},
      timeout: Number.NaN,
      retries: '3',
      beta: 1,
      scopes: {},
    }
    const { message, hint } = thrown(() => checkSettings('fake', wrong as never, SPECS))
    expect(message).toBe(
      'The settings of fake are wrong. apiKey must be a string. There is no setting "apikey". Did you mean "apiKey"? mode must be "fast" or "slow". ' +
        'headers must be an object. fetch must be a function. timeout must be a number of milliseconds above 0, up to 2147483647. retries must be a number. beta must be a boolean. scopes must be a list.',
    )
    expect(hint).toContain('It takes: headers, fetch, timeout, apiKey')
  })
  test('counts are whole, and milliseconds fit a timer', () => {
    type Sizes = { size?: number; pauseMs?: number }
    const specs: SettingsSpec<Sizes> = { size: { type: 'count' }, pauseMs: { type: 'ms', env: 'PAUSE_MS' } }
    for (const fine of [
      { size: 1, pauseMs: 0.5 },
      { size: 9, pauseMs: 2 ** 31 - 1 },
    ]) {
      expect(checkSettings('fake', fine, specs)).toEqual(fine)
    }
    for (const size of [0, -1, 1.5, Infinity, NaN, '1']) {
      expect(() => checkSettings('fake', { size } as never, specs)).toThrow('size must be a whole number of at least 1')
    }
    for (const pauseMs of [0, -1, 2 ** 31, Infinity, NaN, '1']) {
      expect(() => checkSettings('fake', { pauseMs } as never, specs)).toThrow(
        'pauseMs must be a number of milliseconds',
      )
    }
    const set = (PAUSE_MS: string): unknown => withEnvironment<Sizes>({}, specs, { PAUSE_MS })
    expect(set('250')).toEqual({ pauseMs: 250 })
    expect(() => set('soon')).toThrow('PAUSE_MS is set wrongly')
  })
  test.each(['constructor', 'toString', 'hasOwnProperty'])('%s is no setting', key => {
    expect(thrown(() => checkSettings('fake', { [key]: 1 }, SPECS)).message).toContain(`There is no setting "${key}".`)
  })
  test.each([null, 'sk-abcdef123456', []])('%o are none', settings => {
    const error = thrown(() => checkSettings('fake', settings as never, SPECS))
    expect(error.message).toBe('The settings of fake are not an object.')
  })
  test('what is not set comes from the environment, as the setting takes it', () => {
    const env = { FAKE_KEY: 'env', FAKE_URL: '', FAKE_MODE: 'slow', FAKE_RETRIES: '3', FAKE_BETA: 'True' }
    expect(withEnvironment<Settings>({ timeout: 1 }, SPECS, env)).toEqual({
      timeout: 1,
      apiKey: 'env',
      mode: 'slow',
      retries: 3,
      beta: true,
    })
    expect(withEnvironment<Settings>({ apiKey: 'own', beta: false }, SPECS, { ...env, FAKE_BETA: '1' })).toMatchObject({
      apiKey: 'own',
      beta: false,
    })
    expect(withEnvironment<Settings>({}, SPECS, {})).toEqual({})
  })
  test.each([
    ['FAKE_MODE', 'quick', '"fast" or "slow"'],
    ['FAKE_RETRIES', 'many', 'a number'],
    ['FAKE_BETA', 'perhaps', 'a boolean'],
  ])('%s=%s is wrong', (name, value, form) => {
    expect(thrown(() => withEnvironment<Settings>({}, SPECS, { [name]: value })).hint).toBe(`${name} must be ${form}.`)
  })
  test('one that is missing says where to put it', () => {
    expect(missingSetting('fake', 'apiKey', 'FAKE_KEY')).toMatchObject({
      message: 'fake has no apiKey.',
      hint: 'Set FAKE_KEY, or pass { apiKey } to the provider.',
    })
  })
})

test.each([
  ['temprature', 'temperature'],
  ['TOP_P', 'topP'],
  ['max_tokens', 'maxTokens'],
  ['stops', 'stop'],
])('%s was probably meant to be %s', (key, meant) => {
  expect(unknownKey('field', key, ['model', 'temperature', 'topP', 'maxTokens', 'stop'])[1]).toBe(
    `Did you mean "${meant}"?`,
  )
})

test('what is like nothing is told all there is', () => {
  expect(unknownKey('field', 'foo', ['model', 'stop'])).toEqual(['There is no field "foo".', 'There are: model, stop.'])
})
