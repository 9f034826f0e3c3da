import { chatFixtures, providerSuite, responsesFixtures } from '@llm/testing'
import { describe, test } from 'vitest'
import { azure } from './azure.ts'

describe('chat', () => {
  providerSuite(test, {
    create: settings => azure({ ...settings, api: 'chat' }),
    fixtures: chatFixtures(),
  })
})

describe('responses', () => {
  providerSuite(test, {
    create: settings => azure({ ...settings, api: 'responses' }),
    fixtures: responsesFixtures(),
  })
})
