import { AGAIN, ELSEWHERE, NEVER, type Expected, type Fault } from './fault.ts'
import { respond } from './faulty-server.ts'

/** Every status that a host may answer with, and what it is. */
const STATUSES: readonly (readonly [status: number, code: string, then: Pick<Expected, keyof typeof AGAIN>])[] = [
  [400, 'invalid_request', NEVER],
  [401, 'authentication', NEVER],
  [402, 'quota_exceeded', NEVER],
  [403, 'permission_denied', NEVER],
  [404, 'not_found', NEVER],
  [408, 'timeout', ELSEWHERE],
  [409, 'invalid_request', AGAIN],
  [413, 'invalid_request', NEVER],
  [422, 'invalid_request', NEVER],
  [429, 'rate_limit', AGAIN],
  [500, 'server', ELSEWHERE],
  [502, 'server', ELSEWHERE],
  [503, 'overloaded', ELSEWHERE],
  [504, 'timeout', ELSEWHERE],
  [529, 'overloaded', ELSEWHERE],
]

/** The host says no. */
export const ANSWERS: readonly Fault[] = STATUSES.map(([status, code, then]) => ({
  name: `status ${String(status)}`,
  of: 'both',
  expected: { code, status, retryAfterMs: undefined, ...then },
  behave: ({ socket, fixtures }) => {
    respond(socket, { status, body: JSON.stringify(fixtures.errorBody({ status, message: 'No.' })) })
  },
}))

type Headers = Readonly<Record<string, string>>

const limited = (name: string, headers: () => Headers, expected: Partial<Expected> = {}): Fault => ({
  name: `status 429, ${name}`,
  of: 'both',
  expected: { code: 'rate_limit', status: 429, retryAfterMs: undefined, ...AGAIN, ...expected },
  behave: ({ socket, fixtures }) => {
    const body = JSON.stringify(fixtures.errorBody({ status: 429, message: 'Slow down.' }))
    respond(socket, { status: 429, body, headers: headers() })
  },
})

const inOneMinute = (): Date => new Date(Date.now() + 60_000)
/** A date has whole seconds, and some time passes until it is read. */
const aboutAMinute = [50_000, 60_000] as const
/** `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`, which RFC 9110 has servers understood by all. */
const rfc850 = (date: Date): string => {
  const [weekday, day, month, year, time] = date.toUTCString().replace(',', '').split(' ') as [string, ...string[]]
  const long = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
  return `${long.find(name => name.startsWith(weekday)) ?? ''}, ${day ?? ''}-${month ?? ''}-${(year ?? '').slice(2)} ${time ?? ''} GMT`
}
const asctime = (date: Date): string => {
  const [weekday, day, month, year, time] = date.toUTCString().replace(',', '').split(' ') as [string, ...string[]]
  return `${weekday} ${month ?? ''} ${String(Number(day)).padStart(2)} ${time ?? ''} ${year ?? ''}`
}

/** The host says when to come back, in every way that there is. */
export const LIMITS: readonly Fault[] = [
  limited('retry-after in seconds', () => ({ 'retry-after': '2' }), { retryAfterMs: 2000 }),
  limited('retry-after in parts of a second', () => ({ 'retry-after': '0.25' }), { retryAfterMs: 250 }),
  limited('retry-after of 0', () => ({ 'retry-after': '0' }), { retryAfterMs: 0 }),
  limited('retry-after-ms', () => ({ 'retry-after-ms': '250', 'retry-after': '1' }), { retryAfterMs: 250 }),
  limited('retry-after as a date', () => ({ 'retry-after': inOneMinute().toUTCString() }), {
    retryAfterMs: aboutAMinute,
  }),
  limited('retry-after as a date of RFC 850', () => ({ 'retry-after': rfc850(inOneMinute()) }), {
    retryAfterMs: aboutAMinute,
  }),
  limited('retry-after as a date of asctime', () => ({ 'retry-after': asctime(inOneMinute()) }), {
    retryAfterMs: aboutAMinute,
  }),
  limited('retry-after as a date that has passed', () => ({ 'retry-after': new Date(0).toUTCString() }), {
    retryAfterMs: 0,
  }),
  limited('retry-after longer than retry waits', () => ({ 'retry-after': '3600' }), {
    retryAfterMs: 3_600_000,
    attempts: 1,
  }),
  limited('retry-after that is nonsense', () => ({ 'retry-after': 'soon' })),
  limited('retry-after that is negative', () => ({ 'retry-after': '-5' })),
  {
    name: 'status 429, for a quota that is used up',
    of: 'both',
    expected: { code: 'quota_exceeded', status: 429, ...NEVER },
    behave: ({ socket, fixtures }) => {
      const body = JSON.stringify(fixtures.errorBody({ status: 429, message: 'No more.', kind: 'quota' }))
      respond(socket, { status: 429, body })
    },
  },
]
