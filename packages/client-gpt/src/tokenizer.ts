import type { ModelSpec, Tokenizer } from '@llm/core'

/** The models before GPT-4o. Source: https://github.com/openai/tiktoken/blob/main/tiktoken/model.py */
const OLDER = /^(?:gpt-3\.5|gpt-4(?!o|\.|-?[5-9])|text-embedding)/

/** Text without any break is quadratic to encode, so it is counted in pieces of so many characters. */
const PIECE = 5000

/** The tokenizer of a model, loaded when it is first asked for: it weighs megabytes. */
export async function loadTokenizer({ id, inherits }: ModelSpec): Promise<Tokenizer> {
  const { countTokens } = OLDER.test(inherits ?? id)
    ? await import('gpt-tokenizer/encoding/cl100k_base')
    : await import('gpt-tokenizer/encoding/o200k_base')
  // What looks like a control token is text here: nobody can be stopped from writing it.
  const options = { disallowedSpecial: new Set<string>() }
  return text => pieces(text).reduce((sum, piece) => sum + countTokens(piece, options), 0)
}

function pieces(text: string): readonly string[] {
  if (text.length <= PIECE || !/\S{5000}/.test(text)) return [text]
  return text.match(/\S{1,5000}\s*|\s+/g) ?? [text]
}
