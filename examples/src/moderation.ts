import { mock } from '@llm/provider-mock'
import { openai } from '@llm/provider-openai'

/** What the host's policy says of what people write. */
const provider = process.env['OPENAI_API_KEY'] === undefined ? mock() : openai()

const texts = ['Have a nice day.', 'I will answer this with violence.']
const { results } = await provider.moderate({ model: 'omni-moderation-latest', input: texts })
for (const [index, { flagged, categories }] of results.entries()) {
  console.log(texts[index], flagged ? `is flagged for ${categories.join(', ')}` : 'is fine')
}
