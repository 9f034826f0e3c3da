import { gpt } from '@llm/client-gpt'
import type { ImagePart } from '@llm/core'
import { mock } from '@llm/provider-mock'
import { openai } from '@llm/provider-openai'

/** An image that is made, changed, and watched as it comes to be. */
const provider = process.env['OPENAI_API_KEY'] === undefined ? mock() : openai()
const painter = gpt('gpt-image-2', { provider })

function describe({ source }: ImagePart): string {
  if (!('base64' in source)) return 'an image somewhere else'
  return `${source.mediaType ?? 'an image'}, ${String(Math.round(source.base64.length * 0.75))} bytes`
}

const { images } = await painter.generateImage('A cat in a hat', { size: '1024x1024' })
const [cat] = images
if (cat === undefined) throw new Error('There is no image.')
console.log('made:', describe(cat))

const edited = await painter.generateImage('Make it night', { images: [cat.source] })
for (const image of edited.images) console.log('changed:', describe(image))

for await (const { type, index, image } of painter.streamImage('A dog in the rain')) {
  console.log(type, index, describe(image))
}
