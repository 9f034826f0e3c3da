import type { Message, Part } from '../message.ts'

/** Tools have such names: only one that a model made up is another, and hosts refuse those in a history. */
const LEGAL = /^[a-zA-Z0-9_-]{1,64}$/

/** Gives the calls of tools that a model made up, and their results, names that hosts take. */
export function portToolNames(messages: readonly Message[]): readonly Message[] {
  return messages.map(message => {
    if (typeof message.content === 'string') return message
    const parts: readonly Part[] = message.content
    return parts.every(isLegal) ? message : ({ ...message, content: parts.map(portPart) } as Message)
  })
}

function isLegal(part: Part): boolean {
  if ((part.type !== 'tool-call' && part.type !== 'tool-result') || part.providerExecuted === true) return true
  return part.name === undefined || LEGAL.test(part.name)
}

function portPart(part: Part): Part {
  return isLegal(part) || !('name' in part) ? part : { ...part, name: legalName(part.name ?? '') }
}

function legalName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || 'tool'
}
