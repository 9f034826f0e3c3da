export {
  disconnect,
  fail,
  stall,
  type ErrorClass,
  type FailOptions,
  type Failure,
  type FailureCause,
  type StallOptions,
} from './errors.ts'
export { mock, type MockMemory, type MockProvider, type MockRecord } from './mock.ts'
export type { MockCallRecord, MockCapabilities, Operation, RecordedCall, RequestOf } from './mock-calls.ts'
export {
  callTool,
  echo,
  fromSchema,
  lorem,
  type FromSchemaOptions,
  type GeneratorOptions,
  type LoremOptions,
} from './mock-generators.ts'
export type { Pace } from './mock-pace.ts'
export type { Reply, ReplyContext, ReplyFunction, ReplyObject, ScriptedToolCall, ScriptedUsage } from './mock-reply.ts'
export type { MockSettings } from './settings.ts'
