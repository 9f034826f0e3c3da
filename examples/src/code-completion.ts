import { mixtral } from '@llm/client-mixtral'
import { compatible } from '@llm/provider-compatible'
import { mock } from '@llm/provider-mock'

/** Code filled in between what stands before the cursor and what stands behind it. */
const offline = process.env['MISTRAL_API_KEY'] === undefined
const provider = offline ? mock({ replies: ['  return a + b'] }) : compatible({ vendor: 'mistral' })
const client = mixtral('codestral-latest', { provider })

const prefix = 'function add(a: number, b: number): number {\n'
const suffix = '\n}\n'
const { text } = await client.completeCode({ prefix, suffix, maxTokens: 40 })
console.log(prefix + text + suffix)
