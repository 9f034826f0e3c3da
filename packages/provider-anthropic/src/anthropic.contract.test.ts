import { messagesFixtures, providerSuite } from '@llm/testing'
import { describe, test } from 'vitest'
import { anthropic } from './anthropic.ts'

describe('version 2026-10-21', () => {
  providerSuite(test, {
    create: settings => anthropic(settings),
    fixtures: messagesFixtures(),
  })
})

describe('version 2023-06-01', () => {
  providerSuite(test, {
    create: settings => anthropic({ ...settings, apiVersion: '2023-06-01' }),
    fixtures: messagesFixtures(),
    supports: { dropped: ['seed', 'presencePenalty', 'frequencyPenalty', 'verbosity'] },
  })
})
