import type { StandardSchema } from '@llm/core'
import { z } from 'zod'
import type { VendorId } from './vendors.ts'

/**
 * What only one endpoint has: `providerOptions.<id>`, where the id is that of the vendor, or the one that you gave. The
 * endpoint's own parameters go into `extraBody`, by its own names.
 */
export interface CompatibleOptions {
  /** Merged into the request's body as it is. */
  readonly extraBody?: Readonly<Record<string, unknown>> | undefined
}

declare module '@llm/core' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- one key for each vendor
  interface ProviderOptions extends Readonly<Partial<Record<VendorId | 'compatible', CompatibleOptions | undefined>>> {}
}

/** Checks the options: unknown names and wrong types are errors. */
export const compatibleOptions: StandardSchema<CompatibleOptions> = z.strictObject({
  extraBody: z.record(z.string(), z.unknown()).optional(),
})
