import { checkSettings, type SettingsSpec } from '@llm/core'
import type { StoreOptions } from './store.ts'

const OPTIONS: SettingsSpec<StoreOptions> = {
  flushMs: { type: 'ms' },
  batchSize: { type: 'count' },
  maxWaiting: { type: 'count' },
  leaseMs: { type: 'ms' },
  logger: { type: 'record' },
}

/** Refuses what would make a store that writes nothing. */
export function checkStoreOptions(options: StoreOptions): StoreOptions {
  return checkSettings('the store', options, OPTIONS)
}
