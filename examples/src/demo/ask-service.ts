import { gpt } from '@llm/client-gpt'
import { loadProvider, type Service } from '@llm/core'
import { live, said, summary, title } from './print.ts'
import { firstTokenTimer } from './timed.ts'

/** Asks the real service that `LLM_SERVICE` names. */
export async function askService({ provider: name, model }: Service, prompt: string): Promise<void> {
  const provider = await loadProvider(name, {}, { from: import.meta.url })
  const client = gpt(model, { provider })
  title(`${model} at ${name}`)
  said('you', prompt)
  const stream = client.stream(prompt)
  const firstToken = firstTokenTimer(stream)
  await live('model', stream.textStream)
  summary(await stream.completion(), firstToken())
}
