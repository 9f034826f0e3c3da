export { LimitsUnavailableError } from './limits-unavailable-error.ts'
export type { PostgresClient, PostgresPool, QueryResult } from './postgres/pool.ts'
export type { IORedisClient, NodeRedisClient, RedisClient, ScriptInput } from './redis/client.ts'
export { sharedLimits, type SharedLimits, type SharedLimitsOptions } from './shared-limits.ts'
