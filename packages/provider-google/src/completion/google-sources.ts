import type { SourcePart } from '@llm/core'
import type { Candidate, Citation, GroundingChunk, GroundingMetadata } from '@google/genai'

/** What an answer rests on, gathered while it arrives. */
export class SourceCollector {
  #grounding: GroundingMetadata = {}
  #citations: readonly Citation[] = []
  #pages: string[] = []

  /** What the search was asked, and the HTML that Google wants shown with the answer. */
  get search(): { readonly queries: readonly string[]; readonly html: string | undefined } {
    const { webSearchQueries: queries = [], searchEntryPoint } = this.#grounding
    return { queries, html: searchEntryPoint?.renderedContent }
  }

  /** Each field is a snapshot: a later chunk of a stream that has it replaces it. */
  add({ groundingMetadata, citationMetadata, urlContextMetadata }: Candidate): void {
    if (groundingMetadata) this.#grounding = { ...this.#grounding, ...groundingMetadata }
    if (citationMetadata?.citations) this.#citations = citationMetadata.citations
    const pages = urlContextMetadata?.urlMetadata?.flatMap(({ retrievedUrl }) => retrievedUrl ?? [])
    if (pages !== undefined && pages.length > 0) this.#pages = pages
  }

  /** A source for every passage that a page supports, then the pages that support none. */
  sources(text: string): readonly SourcePart[] {
    const { groundingChunks = [], groundingSupports = [] } = this.#grounding
    const pages = groundingChunks.map(readPage)
    const locate = createLocator(text)
    const used = new Set<number>()
    const supported = groundingSupports.flatMap(({ segment = {}, groundingChunkIndices = [] }) => {
      const { startIndex = 0, endIndex, text: quote } = segment
      const span = endIndex === undefined ? {} : locate(startIndex, endIndex, quote)
      return groundingChunkIndices.flatMap(index => {
        used.add(index)
        const page = pages[index]
        return page === undefined ? [] : [{ ...page, ...(quote === undefined ? {} : { quote }), ...span }]
      })
    })
    const rest = pages.filter((_, index) => !used.has(index))
    const known = new Set(pages.map(page => page.url))
    const fetched = this.#pages.filter(url => !known.has(url)).map(url => source(url, undefined))
    return [...supported, ...rest, ...fetched, ...this.#cited(locate)]
  }

  #cited(locate: Locator): readonly SourcePart[] {
    return this.#citations.map(({ uri, title, startIndex = 0, endIndex }) => ({
      ...source(uri, title),
      ...(endIndex === undefined ? {} : locate(startIndex, endIndex, undefined)),
    }))
  }
}

function readPage(chunk: GroundingChunk): SourcePart {
  const { web, maps, retrievedContext, image } = chunk
  const page = web ?? maps ?? retrievedContext
  return source(page?.uri ?? image?.sourceUri, page?.title ?? image?.title)
}

function source(url: string | undefined, title: string | undefined): SourcePart {
  return { type: 'source', ...(url === undefined ? {} : { url }), ...(title === undefined ? {} : { title }) }
}

type Locator = (
  startByte: number,
  endByte: number,
  quote: string | undefined,
) => { readonly start?: number; readonly end?: number }

/**
 * Places are counted in bytes of UTF-8, and those of a later part of an answer from its own beginning: a place that does
 * not hold the quoted text is looked for.
 */
function createLocator(text: string): Locator {
  let bytes: Uint8Array | undefined
  const decoder = new TextDecoder()
  const lengthTo = (end: number): number =>
    decoder.decode((bytes ??= new TextEncoder().encode(text)).subarray(0, end)).length
  return (startByte, endByte, quote) => {
    const start = lengthTo(startByte)
    const end = lengthTo(endByte)
    if (quote === undefined || text.slice(start, end) === quote) return { start, end }
    const found = text.indexOf(quote)
    return found < 0 ? {} : { start: found, end: found + quote.length }
  }
}
