import { claude } from '@llm/client-claude'
import { anthropic } from '@llm/provider-anthropic'
import { mock, type Reply } from '@llm/provider-mock'

/** A search that the host runs by itself: its call and result are parts of the answer, and the answer cites its sources. */
const text = 'Node.js 24 is the newest release with long-term support.'
const searched: Reply = {
  content: [
    { type: 'tool-call', id: 's1', name: 'web_search', arguments: { query: 'Node.js LTS' }, providerExecuted: true },
    { type: 'tool-result', toolCallId: 's1', name: 'web_search', content: '1 page', providerExecuted: true },
  ],
  text,
  sources: [
    { url: 'https://nodejs.org/releases', title: 'Releases', quote: 'long-term support', start: 0, end: text.length },
  ],
}
const provider = process.env['ANTHROPIC_API_KEY'] === undefined ? mock({ replies: [searched] }) : anthropic()
const client = claude('claude-opus-5', { provider })

const answer = await client.complete('Which Node.js release has long-term support?', {
  webSearch: { domains: ['nodejs.org'], maxUses: 3 },
})
for (const part of answer.content) {
  if (part.type === 'tool-call') console.log(part.name, part.arguments, part.providerExecuted ? 'run by the host' : '')
}
console.log(answer.text)
for (const { url, title, start, end } of answer.sources) {
  console.log(`[${String(title)}](${String(url)}) for "${answer.text.slice(start, end)}"`)
}
console.log('left for us to run:', answer.toolCalls.length)
