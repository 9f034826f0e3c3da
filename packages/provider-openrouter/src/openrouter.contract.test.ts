import { chatFixtures, providerSuite, responsesFixtures } from '@llm/testing'
import { describe, test } from 'vitest'
import { openrouter } from './openrouter.ts'

describe('chat', () => {
  providerSuite(test, {
    create: settings => openrouter(settings),
    fixtures: chatFixtures({ reasoningField: 'reasoning' }),
    supports: { dropped: [] },
  })
})

describe('responses', () => {
  providerSuite(test, {
    create: settings => openrouter({ ...settings, api: 'responses' }),
    fixtures: responsesFixtures(),
  })
})
