import { generateContentFixtures, providerSuite } from '@llm/testing'
import { describe, test } from 'vitest'
import { google, vertex } from './google.ts'

const fixtures = generateContentFixtures()

describe('google', () => {
  providerSuite(test, { create: settings => google(settings), fixtures })
})

describe('vertex', () => {
  providerSuite(test, {
    create: settings => vertex({ ...settings, apiKey: settings.apiKey ?? 'AIza-test' }),
    fixtures,
  })
})
