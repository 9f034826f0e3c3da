import { gpt } from '@llm/client-gpt'
import { mock, type Reply } from '@llm/provider-mock'
import { openai } from '@llm/provider-openai'

/** Files that are uploaded, put into a vector store, searched, and asked about. */
const passage = 'Mars has two moons, Phobos and Deimos.'
const answered: Reply = {
  content: [
    { type: 'tool-call', id: 's1', name: 'file_search', arguments: {}, providerExecuted: true },
    {
      type: 'tool-result',
      toolCallId: 's1',
      name: 'file_search',
      content: passage,
      providerExecuted: true,
      fileSearchResults: [{ filename: 'planets.md', score: 0.9, text: passage }],
    },
  ],
  text: 'Two: Phobos and Deimos.',
}
const provider = process.env['OPENAI_API_KEY'] === undefined ? mock({ replies: [answered] }) : openai()
const { files, vectorStores } = provider

const data = new TextEncoder().encode(`${passage}\n\nJupiter has very many moons.`)
const file = await files.upload({
  data,
  filename: 'planets.md',
  mediaType: 'text/markdown',
  onProgress: ({ sent, total }) => {
    console.log(`sent ${String(sent)} of ${String(total)} bytes`)
  },
})
const store = await vectorStores.create({ name: 'planets' })
try {
  let added = await vectorStores.addFile(store.id, file.id, { attributes: { topic: 'space' } })
  while (added.state === 'processing') {
    await new Promise(resolve => setTimeout(resolve, 500))
    added = await vectorStores.getFile(store.id, file.id)
  }
  console.log('taken in:', added.state)

  const found = (await vectorStores.search?.(store.id, { query: 'moons of Mars', maxResults: 1 })) ?? []
  for (const { filename, text } of found) console.log('found:', filename, text)

  const client = gpt('gpt-6-luna', { provider })
  const { text, fileSearchResults = [] } = await client.complete('How many moons has Mars?', {
    fileSearch: { vectorStoreIds: [store.id], maxResults: 3 },
  })
  console.log(text)
  for (const { filename, score, text: quoted } of fileSearchResults) console.log(filename, score, quoted)
} finally {
  await vectorStores.delete(store.id)
  await files.delete(file.id)
}
