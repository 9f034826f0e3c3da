export { createRandom, type Random } from './random.ts'
export { cutBytes } from './cut-bytes.ts'
