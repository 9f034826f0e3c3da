import { describe, expect, test } from 'vitest'
import type { Message } from '../message.ts'
import { portHistory } from './port-history.ts'
import { portRoles } from './port-roles.ts'

const system = (content: string): Message => ({ role: 'system', content })
const user = (content: string): Message => ({ role: 'user', content })
const answer: Message = { role: 'assistant', content: 'Hello.' }

function port(messages: readonly Message[], instructions: 'first' | 'user' | undefined): readonly Message[] {
  const target = { protocol: 'p', instructions }
  const { messages: ported, warnings } = portHistory(messages, target)
  expect(warnings).toEqual([])
  expect(portHistory(ported, target).messages).toEqual(ported)
  return ported
}

describe('instructions', () => {
  test('stay where they are unless the model wants them elsewhere', () => {
    const history = [user('Hi'), answer, system('Be terse.'), user('Go on.')]
    expect(port(history, undefined)).toEqual(history)
    expect(port(history, 'first')).toEqual([system('Be terse.'), user('Hi'), answer, user('Go on.')])
  })

  test('become the beginning of what the user says next', () => {
    const history = [system('Be terse.'), system('Be kind.'), user('Hi'), answer, system('Rhyme.'), user('Go on.')]
    expect(port(history, 'user')).toEqual([user('Be terse.\n\nBe kind.\n\nHi'), answer, user('Rhyme.\n\nGo on.')])
  })

  test('stand before pictures as text', () => {
    const picture = { type: 'image', source: { url: 'https://example.com/a.png' } } as const
    expect(port([system('Be terse.'), { role: 'user', content: [picture] }], 'user')).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Be terse.\n\n' }, picture] },
    ])
  })

  test('are told by the user where the user says nothing after them', () => {
    expect(port([user('Hi'), answer, system('Rhyme.'), answer, system('Stop.')], 'user')).toEqual([
      user('Hi'),
      answer,
      user('Rhyme.'),
      answer,
      user('Stop.'),
    ])
  })
})

test('neighbours of one role become one message where turns must alternate, results of tools too', () => {
  const result = (toolCallId: string) => ({ type: 'tool-result', toolCallId, content: '21 °C' }) as const
  const history: readonly Message[] = [
    answer,
    { role: 'tool', content: [result('a')] },
    { role: 'tool', content: [result('b')] },
    user('Hi'),
    user('And?'),
  ]
  expect(portRoles(history, { rules: { alternate: true } })).toEqual([
    { role: 'user', content: expect.any(String) },
    answer,
    { role: 'tool', content: [result('a'), result('b')] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Hi' },
        { type: 'text', text: 'And?' },
      ],
    },
  ])
})
