/** What a query answers. */
export interface QueryResult {
  readonly rows: readonly unknown[]
}

/** A connection of a {@link PostgresPool}. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<QueryResult>
  release(destroy?: boolean): void
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
}

/** A pool of the package `pg`: what is used of it. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>
}

/** Runs a query. A connection that does not answer in time, or at all, is not used again. */
export async function runQuery(
  pool: PostgresPool,
  { text, values, timeout }: { readonly text: string; readonly values?: unknown[]; readonly timeout: number },
): Promise<readonly unknown[]> {
  const client = await pool.connect()
  // Told by the query; without a listener, a connection that ends would end the process.
  client.on('error', ignore)
  let released = false
  const release = (destroy: boolean): void => {
    if (released) return
    released = true
    client.removeListener('error', ignore)
    // Listened to by the pool from here on.
    client.release(destroy)
  }
  const timer = setTimeout(release, timeout, true)
  try {
    const { rows } = await client.query(text, values)
    release(false)
    return rows
  } catch (error) {
    // What the server says of a query speaks not against the connection.
    release((error as { severity?: unknown }).severity !== 'ERROR')
    throw error
  } finally {
    clearTimeout(timer)
  }
}

const ignore = (): void => undefined
