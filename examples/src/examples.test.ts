import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** Each example as it is run: a program of its own, without a key, and a part of what it must say. */
const SAYS: Readonly<Record<string, RegExp>> = {
  compare: /groq/,
  tools: /approved pay .*\nfinished Ada has got her 50 euros\.\n206 tokens in all/,
  'structured-output': /Mars 2 \(strategy: native\)\ngood\ngrew to 35 letters: Red\nAda 36\nAlan 41/,
  mcp: /answer: It is 42\./,
  vision: /Two grey squares\.\nIt says hello\./,
  images: /made: image\/png.*\nchanged: .*\npartial-image 0 .*\npartial-image 1 .*\nimage 2 /,
  speech: /spoken: audio\/wav\nspoken as it is made\nwritten down, 4 s: (.*)\n0 4 \1\n\1\n/,
  video: /running 33 %\nrunning 67 %\ncompleted 100 %\ndownloaded/,
  embeddings: /^0\.51 Mars[^]*embedded by mock: 1\.00 alike/,
  caching:
    /^miss: Mars is red\.\n\[Mars is red\.\] hit, 0 dollars\nhit, asked in other words: .*\nmiss, as it .*\n.*\n3 hits \(1 in other words\), 3 misses\n/,
  rerank: /^\S+ Mars has two moons\.\n/,
  moderation: /is fine\n.* is flagged for violence/,
  'web-search': /web_search .* run by the host\n[^]*\]\(https:\/\/nodejs\.org\/releases\) for "Node[^]*run: 0/,
  'file-search': /sent 68 of 68 bytes\ntaken in: ready\nfound: planets\.md Mars[^]*planets\.md 0\.9 Mars/,
  batches: /completed 2 of 3\n.*Jupiter\.\n.*failed: invalid_request\n.*Venus\./,
  caches: /keeps \d{4} tokens\nWhat does every change have\?\n0 tokens were read/,
  'code-completion': /\{\n {2}return a \+ b\n\}/,
  tokens: /8 tokens, by heuristic\nfits and costs at most 0\.0001\d* dollars/,
  service:
    /^Mars\.\nMars\.\nSaturn\.\nunsupported_provider: It has: main\.\nmiss, 2 tries, 0\.0000\d+ dollars\nhit, 0 tries, 0\.000000 dollars\nmiss, 1 tries,/,
  failover:
    /^Another family answers\. \(main gpt-6-luna: overloaded, spare gpt-6-luna: timeout, elsewhere claude-sonnet-5: answered\)\nmain is open, spare is open, elsewhere is closed\nmain is half-open, spare is half-open, elsewhere is closed\nThe spare answers\. \(main gpt-6-luna: server, spare gpt-6-luna: answered\)\nThe main one again\.\nround-robin east 4, west 4, north 4\nlowest-latency east 1, west 1, north 10\n$/,
  'ab-test':
    /^user-7 has small, always\nlarge: 202 calls, score 0\.90 [^]*against the first: -0\.20 \(-0\.28 to -0\.13\)\n/,
  tracking:
    /^The budget of 6000 tokens a day has 3030 [^]*\nada: success after 2, 2000 tokens in, 0\.00208 dollars[^]*\[name\] asks[^]*4 requests, 1 failed, 4 tries\n/,
  jobs: /the same job: true\nwaiting: 2\ncompleted after 2 attempts: They agreed\.\ntold: job\.completed\nfailed: authentication\ntried again: completed\n/,
}

const folder = fileURLToPath(new URL('..', import.meta.url))
const { scripts } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8')) as { scripts: Record<string, string> }
const keyless = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_API_KEY$|^LLM_|^NODE_/.test(name)))

test('every example is run', () => {
  // The last one has a test of its own, as it needs a database.
  expect(Object.keys(scripts)).toEqual([...Object.keys(SAYS), 'one-database'])
})

test.concurrent.each(Object.entries(SAYS))('%s', { timeout: 60_000 }, async (name, says) => {
  const args = scripts[name]?.split(' ').slice(1) ?? []
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env: keyless })
  expect(stdout).toMatch(says)
})
