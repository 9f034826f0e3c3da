export type { PageQuery, StoreBackend } from './backend.ts'
export type { ContentOptions } from './content.ts'
export type { AttemptRecord, RequestDetail, RequestRecord, RequestStatus, UsageRecord } from './record.ts'
export type {
  Dimension,
  Durations,
  ExportOptions,
  ListOptions,
  RequestFilter,
  RequestPage,
  RequestRepository,
  TimeBucket,
  UsageGroup,
  UsageOptions,
  UsageReport,
  UsageTotals,
} from './repository.ts'
export {
  createMemoryStore,
  createStore,
  defineStore,
  type Store,
  type StoreOptions,
  type StoreSettings,
} from './store.ts'
export { StoreError } from './store-error.ts'
export { track, type TrackOptions } from './track.ts'
export type { AnyRequest, CostFunction } from './tracked-call.ts'
export type { RenderRecord, StoreStatus } from './write-buffer.ts'
