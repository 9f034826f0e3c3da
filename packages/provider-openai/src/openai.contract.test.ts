import { chatFixtures, providerSuite, responsesFixtures } from '@llm/testing'
import { describe, test } from 'vitest'
import { openai } from './openai.ts'

describe('responses', () => {
  providerSuite(test, {
    create: settings => openai({ ...settings, api: 'responses' }),
    fixtures: responsesFixtures(),
  })
})

describe('chat', () => {
  providerSuite(test, {
    create: settings => openai({ ...settings, api: 'chat' }),
    fixtures: chatFixtures(),
  })
})
