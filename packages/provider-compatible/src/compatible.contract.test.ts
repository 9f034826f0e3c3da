import { chatFixtures, providerSuite, responsesFixtures } from '@llm/testing'
import { describe, test } from 'vitest'
import { compatible } from './compatible.ts'

describe('any endpoint', () => {
  providerSuite(test, {
    create: settings => compatible(settings),
    fixtures: chatFixtures({ reasoningField: 'reasoning_content' }),
    supports: { dropped: ['reasoning.budgetTokens'] },
  })
})

describe('deepseek', () => {
  providerSuite(test, {
    create: settings => compatible({ vendor: 'deepseek', ...settings }),
    fixtures: chatFixtures({ reasoningField: 'reasoning_content' }),
    supports: { dropped: ['topK', 'seed', 'verbosity', 'reasoning.budgetTokens'] },
  })
})

describe('mistral', () => {
  providerSuite(test, {
    create: settings => compatible({ vendor: 'mistral', ...settings }),
    fixtures: chatFixtures(),
    supports: { dropped: ['topK', 'verbosity', 'reasoning.budgetTokens'] },
  })
})

describe('responses of xai', () => {
  providerSuite(test, {
    create: settings => compatible({ vendor: 'xai', api: 'responses', ...settings }),
    fixtures: responsesFixtures(),
  })
})
