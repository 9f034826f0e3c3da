import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gpt } from '@llm/client-gpt'
import { file } from '@llm/core'
import { mock } from '@llm/provider-mock'

/** Images and documents in whatever form they are, against the mock: no key, no network. */
const provider = mock({ replies: ['A grey square.', 'Two grey squares.', 'It says hello.'] })
const client = gpt('gpt-6-luna', { provider })

const painter = gpt('gpt-image-2', { provider })
const { images } = await painter.generateImage('A grey square')
const [drawn] = images
if (drawn === undefined || !('base64' in drawn.source)) throw new Error('The mock draws images as bytes.')

const folder = await mkdtemp(join(tmpdir(), 'vision-'))
try {
  const path = join(folder, 'square.png')
  const bytes = Buffer.from(drawn.source.base64, 'base64')
  await writeFile(path, bytes)

  const one = await client.withVision('What is this?', [{ path }])
  console.log(one.text)

  const two = await client.withVision('And these?', [bytes, new Blob([bytes])])
  console.log(two.text)

  const notes = file(new File(['# Hello'], 'notes.md'))
  const three = await client.complete([{ role: 'user', content: [{ type: 'text', text: 'What does it say?' }, notes] }])
  console.log(three.text)
} finally {
  await rm(folder, { recursive: true })
}
