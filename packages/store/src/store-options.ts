import { checkSettings, ConfigurationError, type SettingsSpec } from '@llm/core'
import type { StoreOptions } from './store.ts'

const OPTIONS: SettingsSpec<StoreOptions> = {
  flushMs: { type: 'number' },
  batchSize: { type: 'number' },
  maxWaiting: { type: 'number' },
  leaseMs: { type: 'number' },
  logger: { type: 'record' },
}

/** Refuses what would make a store that writes nothing. */
export function checkStoreOptions(options: StoreOptions): void {
  for (const [name, value] of Object.entries(checkSettings('the store', options, OPTIONS))) {
    if (typeof value !== 'number' || value > 0) continue
    throw new ConfigurationError({ message: `${name} must be above 0.`, hint: 'Leave it out for the default.' })
  }
}
