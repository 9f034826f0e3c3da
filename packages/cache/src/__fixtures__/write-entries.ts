import { writeSync } from 'node:fs'
import { fileStore } from '../stores/file-store.ts'

// A process that writes entries to a cache file until it is killed, and tells of each that it has written.

const [path = '', name = ''] = process.argv.slice(2)
const store = fileStore({ path })
for (let index = 0; ; index++) {
  const key = `${name}:${String(index)}`
  await write(key)
  writeSync(1, `${key}\n`)
}

/** While another process removes a damaged file, a write fails. */
async function write(key: string): Promise<void> {
  for (;;) {
    try {
      await store.set(key, { value: key.repeat(50) })
      return
    } catch {
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  }
}
