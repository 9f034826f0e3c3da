import { describe, expect, test } from 'vitest'
import { createManualClock } from '../testing/manual-clock.ts'
import { CircuitBreaker } from './circuit-breaker.ts'

function setup(failures?: number) {
  const clock = createManualClock()
  return { clock, breaker: new CircuitBreaker({ failures, coolDownMs: 100, clock }) }
}

describe('a circuit breaker', () => {
  test('opens after so many failures in a row, and an answer begins the count again', () => {
    const { breaker } = setup(3)
    breaker.fail()
    breaker.fail()
    breaker.succeed()
    breaker.fail()
    breaker.fail()
    expect([breaker.state, breaker.failures, breaker.tryAcquire()]).toEqual(['closed', 2, true])
    breaker.fail()
    expect([breaker.state, breaker.failures, breaker.available, breaker.tryAcquire()]).toEqual([
      'open',
      3,
      false,
      false,
    ])
  })

  test('lets exactly one through when it has cooled down', async () => {
    const { breaker, clock } = setup()
    breaker.fail()
    await clock.advance(99)
    expect(breaker.tryAcquire()).toBe(false)
    await clock.advance(1)
    expect([breaker.state, breaker.available, breaker.tryAcquire(), breaker.tryAcquire()]).toEqual([
      'half-open',
      true,
      true,
      false,
    ])
  })

  test('closes when the probe succeeds', async () => {
    const { breaker, clock } = setup(2)
    breaker.fail()
    breaker.fail()
    await clock.advance(100)
    breaker.tryAcquire()
    breaker.succeed()
    breaker.fail()
    expect(breaker.state).toBe('closed')
  })

  test('opens for the whole time again when the probe fails, however many failures it takes at first', async () => {
    const { breaker, clock } = setup(2)
    breaker.fail()
    breaker.fail()
    await clock.advance(150)
    breaker.tryAcquire()
    breaker.fail()
    await clock.advance(99)
    expect(breaker.state).toBe('open')
    await clock.advance(1)
    expect(breaker.tryAcquire()).toBe(true)
  })

  test('stays open for as long as a failure asks, and the next one for its own time', async () => {
    const { breaker, clock } = setup()
    expect(breaker.restsForMs).toBe(0)
    breaker.fail(5000)
    await clock.advance(4999)
    expect([breaker.state, breaker.restsForMs]).toEqual(['open', 1])
    await clock.advance(1)
    expect(breaker.tryAcquire()).toBe(true)
    breaker.fail()
    await clock.advance(100)
    expect(breaker.state).toBe('half-open')
  })

  test('waits for the next probe when one says nothing', async () => {
    const { breaker, clock } = setup()
    breaker.fail()
    await clock.advance(100)
    breaker.tryAcquire()
    breaker.release()
    expect([breaker.state, breaker.tryAcquire()]).toEqual(['half-open', true])
  })

  test('has usual settings', () => {
    const breaker = new CircuitBreaker()
    expect([breaker.state, breaker.tryAcquire()]).toEqual(['closed', true])
    breaker.fail()
    expect(breaker.state).toBe('open')
  })
})
