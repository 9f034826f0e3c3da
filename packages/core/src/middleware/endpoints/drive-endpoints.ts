import type { Clock } from '../../clock.ts'
import type { Provider } from '../../provider.ts'
import { driveCalls, type Driver } from '../tries/drive-calls.ts'
import { wrapProvider } from '../wrap-provider.ts'
import type { Target } from './read-targets.ts'

/** Where the calls of one provider go instead, and what it shows of that. */
export interface EndpointDriver<Shown extends object> {
  readonly targets: readonly Target[]
  readonly drive: Driver
  readonly clock: Clock
  /** Members that are read anew each time. */
  readonly shows: { readonly [K in keyof Shown]: () => Shown[K] }
}

/** Several providers as one: in all that a driver does not drive it is the first one, and closing it closes them all. */
export function driveEndpoints<P extends Provider, Shown extends object>(
  first: P,
  { targets, drive, clock, shows }: EndpointDriver<Shown>,
): P & Shown {
  const closing = wrapProvider(driveCalls(first, { drive, clock }), { close: () => closeAll(targets) })
  const members = Object.entries(shows).map(([name, get]) => [name, { get: get as () => unknown, enumerable: true }])
  return Object.defineProperties(closing, Object.fromEntries(members) as PropertyDescriptorMap) as P & Shown
}

async function closeAll(targets: readonly Target[]): Promise<void> {
  await Promise.all([...new Set(targets.map(({ provider }) => provider))].map(async provider => provider.close?.()))
}
