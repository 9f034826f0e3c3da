import { converseFixtures, providerSuite } from '@llm/testing'
import { test } from 'vitest'
import { bedrock } from './bedrock.ts'

providerSuite(test, {
  create: settings => bedrock({ region: 'us-east-1', ...settings }),
  fixtures: converseFixtures(),
})
