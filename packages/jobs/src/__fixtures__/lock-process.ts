import { lockFolder } from '../folder-lock.ts'

/** Holds the lock of a folder until it is killed. */
await lockFolder(process.argv[2] ?? '')
setInterval(() => undefined, 60_000)
process.send?.('locked')
