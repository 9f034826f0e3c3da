import { converseFixtures, providerSuite } from '@llm/testing'
import { test } from 'vitest'
import { bedrock } from './bedrock.ts'

providerSuite(test, {
  create: settings => bedrock({ region: 'us-east-1', ...settings }),
  fixtures: converseFixtures(),
  skip: {
    'text: an answer has its text, ids, model, usage and message': 'Answers of Converse have no id.',
    'tools: calls without ids get some':
      'Calls of Converse always have ids; others are made at random, without an id of the answer.',
  },
})
