import { gpt } from '@llm/client-gpt'
import { mock } from '@llm/provider-mock'
import { openai } from '@llm/provider-openai'
import { z } from 'zod'

/** Objects by their schema: whole, one of a choice, as they grow, and the elements of a list one by one. */
const scripted = mock({
  replies: [
    '{"name":"Mars","moons":2}',
    '"good"',
    '{"title":"Red","lines":["Dust and stone,","and two small moons."]}',
    '[{"name":"Ada","age":36},{"name":"Alan","age":41}]',
  ],
})
const provider = process.env['OPENAI_API_KEY'] === undefined ? scripted : openai()
const client = gpt('gpt-6-luna', { provider })

const Planet = z.object({ name: z.string(), moons: z.int() })
const { object: planet, outputStrategy } = await client.completeObject(Planet, 'Describe Mars.', { maxRepairs: 2 })
console.log(planet.name, planet.moons, `(strategy: ${String(outputStrategy)})`)

const { object: mood } = await client.completeObject(z.enum(['good', 'bad']), 'How does this sound: "Well done!"')
console.log(mood)

const Poem = z.object({ title: z.string(), lines: z.array(z.string()) })
const poem = client.streamObject(Poem, 'Write two lines on Mars.')
let letters = 0
for await (const { lines = [] } of poem) letters = Math.max(letters, lines.join('').length)
console.log(`grew to ${String(letters)} letters:`, (await poem.object()).title)

const Person = z.object({ name: z.string(), age: z.int() })
const people = client.streamObject(z.array(Person), 'Invent two people.')
for await (const { name, age } of people.elements()) console.log(name, age)
