import { styleText } from 'node:util'
import type { Completion, LLMError } from '@llm/core'

type Style = Parameters<typeof styleText>[0]

/** Colours where there is a terminal that shows them, plain text where there is none. */
function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout })
}

export function title(text: string): void {
  console.log(`\n${styled('bold', text)}`)
}

export function said(who: string, text: string): void {
  console.log(`${styled('cyan', who.padEnd(6))} ${text}`)
}

export function note(text: string): void {
  console.log(styled('dim', `       ${text}`))
}

/** Shows a text as it arrives. */
export async function live(who: string, text: AsyncIterable<string>): Promise<void> {
  process.stdout.write(`${styled('cyan', who.padEnd(6))} `)
  for await (const piece of text) process.stdout.write(piece)
  process.stdout.write('\n')
}

export function summary({ provider, model, usage, finishReason }: Completion, firstTokenMs?: number): void {
  const tokens = `${String(usage.inputTokens ?? '?')} tokens in, ${String(usage.outputTokens ?? '?')} out`
  const timing = firstTokenMs === undefined ? '' : `, first token after ${firstTokenMs.toFixed(0)} ms`
  note(`${provider} ran ${model}: ${tokens}${timing}, finished with ${finishReason}`)
}

export function failure({ name, message, hint }: LLMError): void {
  console.error(`${styleText('red', name, { stream: process.stderr })}: ${message}`)
  if (hint !== undefined) console.error(hint)
}
