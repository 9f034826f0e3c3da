import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gpt } from '@llm/client-gpt'
import { mock } from '@llm/provider-mock'
import { openai } from '@llm/provider-openai'

/** A text that is spoken, whole and as it is made, and written down again, with times and as it goes. */
const provider = process.env['OPENAI_API_KEY'] === undefined ? mock() : openai()
const speaker = gpt('gpt-4o-mini-tts', { provider })
const listener = gpt('whisper-1', { provider })

const folder = await mkdtemp(join(tmpdir(), 'speech-'))
try {
  const path = join(folder, 'hello.wav')
  const { audio, mediaType } = await speaker.generateSpeech('Hello there!', { voice: 'alloy', format: 'wav' })
  await writeFile(path, audio)
  console.log('spoken:', mediaType)

  await writeFile(path, speaker.streamSpeech('Hello there, all of you!', { voice: 'alloy', format: 'wav' }))
  console.log('spoken as it is made')

  const { text, duration, segments } = await listener.transcribe({ path }, { timestamps: 'segment' })
  console.log(`written down, ${String(duration)} s: ${text}`)
  for (const { start, end, text: words } of segments) console.log(start, end, words)

  const live = listener.streamTranscription({ path }, { model: 'gpt-4o-transcribe' })
  for await (const event of live) if (event.type === 'text-delta') process.stdout.write(event.text)
  console.log()
} finally {
  await rm(folder, { recursive: true })
}
