import { chatFixtures, providerSuite } from '@llm/testing'
import { test } from 'vitest'
import { groq } from './groq.ts'

providerSuite(test, {
  create: settings => groq(settings),
  fixtures: chatFixtures({ reasoningField: 'reasoning' }),
  supports: {
    input: ['image-base64', 'image-url'],
    dropped: ['topK', 'presencePenalty', 'frequencyPenalty', 'verbosity', 'reasoning.budgetTokens'],
  },
})
