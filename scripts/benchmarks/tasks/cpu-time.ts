/**
 * How much processor time work takes, in microseconds: of all the process's threads, so that collecting garbage counts.
 * What else runs on the machine does not count, nor does waiting for the network.
 */
export async function cpuTime(work: () => Promise<void>): Promise<number> {
  const start = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(start)
  return user + system
}
