export {
  bodyBytes,
  exchangesOf,
  loadCassette,
  loadCassettes,
  type Cassette,
  type CassetteBody,
  type Exchange,
  type NamedExchange,
} from './cassette.ts'
export { selfSignedCertificate, type TestCertificate } from './certificate.ts'
export { chatRequestOf, readChatRecording, type ChatRecording } from './chat-recording.ts'
export { chatFixtures, type ChatFixtureOptions } from './fixtures/chat.ts'
export { converseFixtures, eventStreamFrame } from './fixtures/converse.ts'
export { generateContentFixtures } from './fixtures/generate-content.ts'
export { messagesFixtures } from './fixtures/messages.ts'
export { responsesFixtures } from './fixtures/responses.ts'
export {
  orderDeltas,
  sseEvent,
  type FixtureAnswer,
  type FixtureFailure,
  type FixturePart,
  type FixtureToolIds,
  type FixtureUsage,
  type WireEvent,
  type WireFixtures,
} from './fixtures/wire-fixtures.ts'
export { jsonDifferences } from './json-differences.ts'
export { record, type Recorder, type RecordOptions } from './record.ts'
export { replay, replayExchanges, type Replay, type ReplayOptions } from './replay.ts'
export { replayedResponse, replayFetch, type ReplayedRequest, type ReplayFetch } from './replay-fetch.ts'
export { startReplayServer, type ReplayServer } from './replay-server.ts'
export { readResponsesRecording, responsesRequestOf, type ResponsesRecording } from './responses-recording.ts'
export type { CreateProvider, SuiteSettings } from './suite/bench.ts'
export { providerSuite, type ProviderSuiteOptions, type TestFunction } from './suite/provider-suite.ts'
export type { SuiteInput, SuiteParameter, SuiteSupports } from './suite/supports.ts'
