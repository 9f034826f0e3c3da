import { gemini } from '@llm/client-gemini'
import { google } from '@llm/provider-google'
import { mock } from '@llm/provider-mock'

/** The long beginning of many conversations, kept at the host, so that each call reads it again for a tenth of the price. */
const provider = process.env['GEMINI_API_KEY'] === undefined ? mock() : google()
const model = 'gemini-2.5-flash'
const handbook = 'Every change has a test that can fail, a page that says what it does, and a reviewer. '.repeat(500)

const cache = await provider.caches.create({ model, messages: [{ role: 'user', content: handbook }], ttlMs: 300_000 })
try {
  console.log(`keeps ${String(cache.tokens)} tokens`)
  const { text, usage } = await gemini(model, { provider }).complete('What does every change have?', {
    providerOptions: { google: { cachedContent: cache.id } },
  })
  console.log(text)
  console.log(`${String(usage.cacheReadTokens ?? 0)} tokens were read from it`)
} finally {
  await provider.caches.delete(cache.id)
}
