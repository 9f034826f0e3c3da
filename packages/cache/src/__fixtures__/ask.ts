import { accumulate, compose, type Provider } from '@llm/core'
import { cache } from '../cache.ts'
import { fileStore } from '../stores/file-store.ts'

// A process that asks through a cache file, without closing it, and tells what came of it. As another user, where it may.

const [path = '', calls = '', user = ''] = process.argv.slice(2)
if (user !== '' && process.getuid?.() === 0) process.setuid?.(Number(user))

const logged: string[] = []
const warn = (_: object, message: string): void => void logged.push(message)
const logger = { debug: () => undefined, info: () => undefined, warn, error: warn }
const cached = cache({ store: fileStore({ path }), logger })
const talker: Provider = {
  id: 'talker',
  protocol: 'none',
  complete: () =>
    accumulate([
      { type: 'text-delta', text: 'word '.repeat(4000) },
      { type: 'finish', finishReason: 'stop' },
    ]),
  stream: () => {
    throw new Error('not asked')
  },
}
const provider = compose(talker, cached)

const warnings: string[] = []
let answered = 0
for (let index = 0; index < Number(calls); index++) {
  const messages = [{ role: 'user' as const, content: `Question ${String(index)}` }]
  const completion = await provider.complete({ model: 'any', messages })
  if (completion.text.length > 1000) answered += 1
  warnings.push(...completion.warnings.map(({ code }) => code))
}
console.log(JSON.stringify({ answered, warnings, logged, stats: await cached.stats() }))
