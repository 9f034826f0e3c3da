import { LLMock, type ChatCompletionRequest, type FixtureResponse, type StreamingProfile } from '@copilotkit/aimock'

/** A server on this machine that speaks the wire formats of the real hosts. */
export interface LoopbackServer {
  readonly url: string
  close(): Promise<void>
}

/** What a server answers. */
type Answer = (request: ChatCompletionRequest) => FixtureResponse

/** Starts one that answers everything, at the pace of a real host: milliseconds to the first token, tokens a second. */
export async function startLoopbackServer(answer: Answer, pace: StreamingProfile): Promise<LoopbackServer> {
  const server = new LLMock({ port: 0, logLevel: 'silent' })
  server.on({ predicate: () => true }, answer, { streamingProfile: pace, chunkSize: 5 })
  const url = await server.start()
  return { url, close: () => server.stop() }
}
