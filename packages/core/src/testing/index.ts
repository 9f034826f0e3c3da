export { systemClock, type Clock } from '../clock.ts'
export { cutBytes } from './cut-bytes.ts'
export { createManualClock, type ManualClock, type ManualClockOptions } from './manual-clock.ts'
export { createRandom, type Random } from './random.ts'
