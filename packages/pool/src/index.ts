export { pooledFetch, type PooledFetch, type PoolOptions, type PoolStats } from './pooled-fetch.ts'
