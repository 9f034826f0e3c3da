import type { CompletionStream } from '@llm/core'

/** Milliseconds from now to a stream's first text, once it has come. */
export function firstTokenTimer(stream: CompletionStream): () => number | undefined {
  const started = performance.now()
  let elapsed: number | undefined
  stream.observe({
    onEvent: ({ type }) => {
      if (type === 'text-delta') elapsed ??= performance.now() - started
    },
  })
  return () => elapsed
}
