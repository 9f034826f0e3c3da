import type { calcPrice, findProvider } from '@pydantic/genai-prices'
import type { BilledUnits } from './billed-units.ts'
import type { Charge } from './charge.ts'
import { catalogueId } from './hosts.ts'

/** What is used of the price catalogue. */
export interface Catalogue {
  readonly calcPrice: typeof calcPrice
  readonly findProvider: typeof findProvider
}

/** A model at a host, under the names that it may have there, and when it was called. */
export interface Listing {
  readonly provider: string
  readonly names: readonly string[]
  readonly at: Date
}

/** What some use comes to by the catalogue, why that cannot be said, or `undefined` where it does not know the model. */
export function chargeListed(catalogue: Catalogue, listing: Listing, units: BilledUnits): Charge | string | undefined {
  const providerId = catalogueId(listing.provider)
  // The catalogue also takes names that merely contain a host's.
  if (catalogue.findProvider({ providerId })?.id !== providerId) return undefined
  try {
    for (const name of listing.names) {
      const listed = catalogue.calcPrice(units, name, { providerId, timestamp: listing.at })
      if (listed === null) continue
      const tokens = listed.input_price + listed.output_price
      return { tokens, apart: listed.total_price - tokens, prices: listed.model_price }
    }
  } catch (error) {
    // It refuses counts that contradict each other, such as more cached tokens than tokens.
    return (error as Error).message
  }
  return undefined
}
