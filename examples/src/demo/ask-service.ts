import { clientFromEnvironment } from '@llm/auto'
import { live, said, summary, title } from './print.ts'
import { firstTokenTimer } from './timed.ts'

/** Asks the real service that `LLM_SERVICE` names. */
export async function askService(prompt: string): Promise<void> {
  const client = await clientFromEnvironment({ from: import.meta.url })
  title(`${client.model} at ${client.provider.id}`)
  said('you', prompt)
  const stream = client.stream(prompt)
  const firstToken = firstTokenTimer(stream)
  await live('model', stream.textStream)
  summary(await stream.completion(), firstToken())
  await client.close()
}
