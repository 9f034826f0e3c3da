import { LLMError, readEnvironment } from '@llm/core'
import { askService } from './demo/ask-service.ts'
import { failure } from './demo/print.ts'
import { tour } from './demo/tour.ts'

try {
  const { service } = await readEnvironment()
  const prompt = process.argv.slice(2).join(' ')
  await (service === undefined ? tour() : askService(prompt || 'Say hello in one short sentence.'))
} catch (error) {
  if (!LLMError.is(error)) throw error
  failure(error)
  process.exitCode = 1
}
