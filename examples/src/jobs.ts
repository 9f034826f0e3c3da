import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createJobs, verifyCallback } from '@llm/jobs'
import { fail, mock } from '@llm/provider-mock'

/** Background jobs in a folder: retries, dead letters, keys, and a signed callback to a server of our own. */
const secret = 'a secret that both sides know'
const told = Promise.withResolvers<string>()
const receiver = createServer((request, response) => {
  void text(request).then(body => {
    const { type } = verifyCallback({ body, headers: request.headers, secret })
    response.writeHead(204).end()
    told.resolve(type)
  })
}).listen(0, '127.0.0.1')
await once(receiver, 'listening')
const host = `127.0.0.1:${String((receiver.address() as AddressInfo).port)}`

const folder = await mkdtemp(join(tmpdir(), 'jobs-'))
const jobs = createJobs({ folder, pollMs: 50, retryDelayMs: 100, callbacks: { secret, privateAddresses: [host] } })
const request = { model: 'any', messages: [{ role: 'user' as const, content: 'Sum up the minutes.' }] }

// Jobs are kept from here on, whether or not somebody does them.
const minutes = { provider: 'host', request, userId: 'ada', key: 'minutes', callbackUrl: `http://${host}/hooks` }
const id = await jobs.startJob(minutes)
console.log('the same job:', (await jobs.startJob(minutes)) === id)
const broken = await jobs.startJob({ provider: 'broken', request, userId: 'ada' })
console.log('waiting:', (await jobs.list({ userId: 'ada', state: 'queued' })).items.length)

const providers = {
  host: mock({ replies: [fail('overloaded'), 'They agreed.'] }),
  broken: mock({ replies: [fail('authentication'), 'The key is right now.'] }),
}
await jobs.work({ providers, concurrency: 5 })

const job = await jobs.wait(id)
console.log(`${job.state} after ${String(job.attempts)} attempts:`, job.operation === 'complete' && job.result?.text)
console.log('told:', await told.promise)

const letter = await jobs.wait(broken)
console.log(`${letter.state}: ${letter.error?.code ?? ''}`)
await jobs.retry(broken)
console.log('tried again:', (await jobs.wait(broken)).state)

await jobs.close()
receiver.close()
await rm(folder, { recursive: true })
