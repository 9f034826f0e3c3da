export {
  bodyBytes,
  exchangesOf,
  loadCassettes,
  type Cassette,
  type CassetteBody,
  type Exchange,
  type NamedExchange,
} from './cassette.ts'
export { replayedResponse, replayFetch, type ReplayedRequest, type ReplayFetch } from './replay-fetch.ts'
