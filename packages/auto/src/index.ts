export { clientFromEnvironment } from './client-from-environment.ts'
export { createClientPool, type ClientPool, type ClientPoolOptions } from './client-pool.ts'
export { createClient, type CreateClientOptions, type HostSettings } from './create-client.ts'
