import { gpt } from '@llm/client-gpt'
import { mock } from '@llm/provider-mock'
import { openai } from '@llm/provider-openai'

/** Before anything is sent: which models there are, how many tokens a call takes, and what it would do. */
const provider = process.env['OPENAI_API_KEY'] === undefined ? mock() : openai()
const client = gpt('gpt-6-luna', { provider })

const models = await provider.listModels()
console.log(models.length > 0 ? 'there are models, such as' : 'no models', models[0]?.id ?? '')

const { inputTokens, source } = await client.countTokens('Which planet is red?')
console.log(inputTokens, 'tokens, by', source)

const { limits, cost } = await client.plan('Which planet is red?', { maxTokens: 200 })
console.log(limits.fits === true ? 'fits' : 'does not fit', 'and costs at most', cost?.max, 'dollars')
