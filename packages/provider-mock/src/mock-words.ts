import type { Random } from '@llm/core/testing'

/** Of at most six letters, so that each is one of the mock's tokens. */
const WORDS: readonly string[] =
  'amber birch cedar delta ember field grove hazel iris jade lake maple north ocean pine quartz river stone tide vale willow'.split(
    ' ',
  )

/** So many words. */
export function words(count: number, random: Random): string {
  return Array.from({ length: count }, () => random.pick(WORDS)).join(' ')
}
