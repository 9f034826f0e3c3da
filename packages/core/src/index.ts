export { batchItem, checkBatchEnded, unansweredItem } from './batch-items.ts'
export type { CacheClient, PromptCache, PromptCacheRequest } from './caches.ts'
export type { Batch, BatchClient, BatchItem, BatchResultsOptions } from './batches.ts'
export type { CallOptions } from './call-options.ts'
export { LONGEST_TIMER, type Clock } from './clock.ts'
export { completeCode, type ClientCodeRequest } from './client/complete-code.ts'
export type {
  ClientOptions,
  ClientRequest,
  ModelFamily,
  ModelLimits,
  Portability,
  Prompt,
  Result,
} from './client/client-options.ts'
export type { ObjectCompletion, ObjectOptions } from './client/complete-object.ts'
export { ObjectStream, type DeepPartial } from './stream/object-stream.ts'
export {
  CapabilityClient,
  type EmbedManyOptions,
  type EmbedOptions,
  type ImageOptions,
  type ModerationOptions,
  type RerankOptions,
  type SpeechOptions,
  type TextEmbedding,
  type TranscriptionOptions,
  type VideoOptions,
} from './client/capability-client.ts'
export { ModelClient, tryCall } from './client/model-client.ts'
export { Conversation, type ConversationClient, type ConversationOptions } from './client/conversation.ts'
export type { CodeRequest } from './code-completion.ts'
export type {
  Attempt,
  CacheMode,
  Completion,
  CompletionOptions,
  CompletionRequest,
  Cost,
  ExperimentVariant,
  FileSearchOptions,
  FinishReason,
  ProviderOptions,
  RawResponse,
  ReasoningOptions,
  RequestMetadata,
  WebSearchOptions,
} from './completion.ts'
export {
  benchmarkProviders,
  type BenchmarkOptions,
  type BenchmarkProgress,
  type BenchmarkResult,
  type BenchmarkRow,
  type BenchmarkRun,
  type ComparedClient,
} from './compare/benchmark-providers.ts'
export { benchmarkTable } from './compare/benchmark-table.ts'
export type { Distribution } from './compare/statistics.ts'
export { parseService, readEnvironment, type EnvironmentConfig, type Service } from './config/config.ts'
export {
  checkSettings,
  COMMON_SETTINGS,
  environment,
  inheritSettings,
  missingSetting,
  withEnvironment,
  type SettingSpec,
  type SettingsSpec,
} from './config/settings.ts'
export { defined } from './defined.ts'
export { cosineSimilarity } from './embedding/cosine-similarity.ts'
export { embedMany, type EmbedManyRequest, type ManyEmbeddings } from './embedding/embed-many.ts'
export { withEmbedder, type EmbedderOptions, type VectorSpace, type WithEmbedder } from './embedding/with-embedder.ts'
export type { Embedding, EmbeddingRequest } from './embedding.ts'
export { AbortedError } from './errors/aborted-error.ts'
export { APICallError, type APICallErrorOptions } from './errors/api-call-error.ts'
export {
  apiError,
  CALL_ERROR_CODES,
  type CallErrorCode,
  type ErrorContext,
  type ErrorDetails,
  type ErrorKind,
} from './errors/api-error.ts'
export { AuthenticationError } from './errors/authentication-error.ts'
export { BudgetExceededError } from './errors/budget-exceeded-error.ts'
export { ConfigurationError } from './errors/configuration-error.ts'
export { ConnectionError } from './errors/connection-error.ts'
export { ContentFilterError } from './errors/content-filter-error.ts'
export { ContextLengthError } from './errors/context-length-error.ts'
export { DownloadError, type DownloadErrorOptions, type DownloadProblem } from './errors/download-error.ts'
export { InvalidRequestError } from './errors/invalid-request-error.ts'
export { LLMError, type LLMErrorOptions } from './errors/llm-error.ts'
export { MalformedResponseError } from './errors/malformed-response-error.ts'
export { NotFoundError } from './errors/not-found-error.ts'
export { OverloadedError } from './errors/overloaded-error.ts'
export { PermissionDeniedError } from './errors/permission-denied-error.ts'
export { QuotaExceededError } from './errors/quota-exceeded-error.ts'
export { RateLimitError } from './errors/rate-limit-error.ts'
export { ServerError } from './errors/server-error.ts'
export {
  StructuredOutputError,
  type SchemaIssue,
  type StructuredOutputErrorOptions,
} from './errors/structured-output-error.ts'
export { TimeoutError, type TimeoutErrorOptions, type Timer } from './errors/timeout-error.ts'
export { ToolError } from './errors/tool-error.ts'
export { TransformationError } from './errors/transformation-error.ts'
export { UnsupportedOperationError } from './errors/unsupported-operation-error.ts'
export { UnsupportedProviderError } from './errors/unsupported-provider-error.ts'
export { ValidationError, type ValidationErrorOptions } from './errors/validation-error.ts'
export type { FileSearchResult } from './file-search.ts'
export type {
  FileClient,
  FileUpload,
  UploadedFile,
  UploadProgress,
  VectorStore,
  VectorStoreClient,
  VectorStoreFile,
  VectorStoreFileOptions,
  VectorStoreSearch,
} from './files.ts'
export type { HistoryRules, HistoryTarget, MediaKind, ToolCallIdRule, UrlRules } from './history/history-rules.ts'
export { portHistory, type PortedHistory } from './history/port-history.ts'
export { trimHistory, type TrimOptions } from './history/trim-history.ts'
export { redact, REDACTED } from './http/redact.ts'
export { createDeadline, type Deadline } from './http/deadline.ts'
export { retryAfterMs, type HeaderReader } from './http/retry-after.ts'
export { createSSEDecoder, type DecoderListener, type StreamDecoder, type StreamMessage } from './http/sse.ts'
export { isRecord, tryParseJson, type JsonObject, type JsonValue } from './json.ts'
export { lazy } from './lazy.ts'
export { loadFactory, loadOptional, loadPackage, type LoadOptions } from './load-package.ts'
export { bindCodec, type BoundCodec } from './leaf/bind-codec.ts'
export type {
  CompletionCodec,
  ParseContext,
  PreparedOutput,
  PreparedRequest,
  PreparedTool,
  StreamParser,
} from './leaf/codec.ts'
export type { OutputStrategy } from './leaf/output-plan.ts'
export { PartialJson } from './schema/partial-json.ts'
export { defineProvider, type HostDefinition } from './leaf/define-provider.ts'
export { validateRequest } from './leaf/validate-request.ts'
export {
  createHostCalls,
  type HostCall,
  type HostCalls,
  type HostCallsOptions,
  type MessageReader,
  type ResponseInfo,
} from './leaf/host-calls.ts'
export type { RenderedRequest, RenderingHost } from './leaf/render-request.ts'
export type { HttpRequest, Transport } from './leaf/transport.ts'
export { silentLogger, type Logger } from './logger.ts'
export { downloadMedia, type DownloadOptions } from './media/download.ts'
export {
  audio,
  file,
  image,
  type AudioInput,
  type FileInput,
  type ImageInput,
  type MediaBytes,
  type MediaData,
  type MediaFile,
  type MediaInput,
  type MediaOptions,
  type MessageInput,
  type UserMessageInput,
  type UserPartInput,
} from './media/media-input.ts'
export { encodeBase64 } from './media/base64.ts'
export { sniffMediaType } from './media/media-type.ts'
export { openUrl, type OpenedUrl, type OpenOptions } from './media/open-url.ts'
export { allowedAddresses, type AddressOptions, type Resolve, type ResolvedAddress } from './media/public-address.ts'
export type { GeneratedImages, ImageEvent, ImageRequest } from './media/image.ts'
export type { Speech, SpeechRequest } from './media/speech.ts'
export type {
  Transcription,
  TranscriptionEvent,
  TranscriptionRequest,
  TranscriptionSegment,
} from './media/transcription.ts'
export { uploadFile } from './media/upload-file.ts'
export type { VideoJob, VideoRequest, VideoStatus } from './media/video.ts'
export { waitForVideo } from './media/wait-for-video.ts'
export {
  contentParts,
  contentText,
  type AssistantMessage,
  type AssistantPart,
  type AudioPart,
  type FilePart,
  type ImagePart,
  type MediaSource,
  type Message,
  type Part,
  type PartState,
  type ReasoningPart,
  type SourcePart,
  type SystemMessage,
  type TextPart,
  type ToolCallPart,
  type ToolMessage,
  type ToolResultPart,
  type UserMessage,
  type UserPart,
} from './message.ts'
export { CircuitBreaker, type CircuitBreakerOptions, type CircuitState } from './middleware/circuit-breaker.ts'
export { checkOptions } from './middleware/check-options.ts'
export { compose } from './middleware/compose.ts'
export { balance, BALANCE_ON, type BalancedProvider, type BalanceOptions } from './middleware/balance/balance.ts'
export type { BalancedEndpointState } from './middleware/balance/balanced-endpoint.ts'
export type { BalanceStrategy, EndpointPrice } from './middleware/balance/strategies.ts'
export { fallback, FALLBACK_ON, type FallbackOptions, type FallbackProvider } from './middleware/fallback.ts'
export type { EndpointState } from './middleware/endpoints/endpoint.ts'
export type { FailoverErrors } from './middleware/endpoints/fail-over.ts'
export type { Backup, FirstTarget } from './middleware/endpoints/read-targets.ts'
export {
  split,
  type Experiment,
  type ExperimentResults,
  type SplitOptions,
  type SplitProvider,
} from './middleware/split/split.ts'
export type { Scorer } from './middleware/split/variant.ts'
export type { Estimate, VariantResults } from './middleware/split/variant-record.ts'
export type { Interval } from './middleware/split/intervals.ts'
export { hooks, type HookedCall, type Hooks } from './middleware/hooks.ts'
export { retry, type RetryOptions, type RetryPolicy } from './middleware/retry.ts'
export type { StreamLimits } from './middleware/stream-watchdog.ts'
export { timeouts, type TimeoutOptions } from './middleware/timeouts.ts'
export type { CallKey, KeyPart } from './middleware/calls/call-key.ts'
export type { CallRequest, ProviderCall } from './middleware/calls/gate-calls.ts'
export { rateLimit, type RateLimitOptions } from './middleware/rate-limit/rate-limit.ts'
export { memoryRateLimitStore } from './middleware/rate-limit/memory-store.ts'
export { readHostLimits, type HostLimit } from './middleware/rate-limit/host-limits.ts'
export type { RateLimitCharge, RateLimitGrant, RateLimitStore } from './middleware/rate-limit/store.ts'
export { usageCost } from './usage-cost.ts'
export { budget, type BudgetOptions } from './middleware/budget/budget.ts'
export { memoryBudgetStore } from './middleware/budget/memory-store.ts'
export type { BudgetWindow } from './middleware/budget/budget-window.ts'
export type { BudgetAccount, BudgetGrant, BudgetStore, Reservation, Spending } from './middleware/budget/store.ts'
export { guard, type GuardOptions } from './middleware/guard/guard.ts'
export {
  blockText,
  redactText,
  type BlockOptions,
  type PatternOptions,
  type RedactOptions,
} from './middleware/guard/pattern-guards.ts'
export type { GuardContext, TextFilter, TextGuard } from './middleware/guard/text-guard.ts'
export { wrapProvider, type ProviderOverrides } from './middleware/wrap-provider.ts'
export type { Moderation, ModerationRequest, ModerationResult } from './moderation.ts'
export type { Capabilities, ListedModel, Middleware, Provider, ProviderSettings, TokenCount } from './provider.ts'
export { createRegistry, loadProvider, type ProviderFactory, type ProviderRegistry } from './registry.ts'
export type { RerankRequest, Reranking } from './rerank.ts'
export type { InferSchema, JsonSchema, Schema, StandardSchema } from './schema/schema.ts'
export { compileSchema } from './schema/compile-schema.ts'
export type { CompiledSchema, SchemaDialect } from './schema/dialect.ts'
export { objectEvent } from './schema/restore-answer.ts'
export { toJsonSchema } from './schema/to-json-schema.ts'
export { validateObject } from './schema/validate-object.ts'
export { adaptParameters } from './specs/adapt-parameters.ts'
export { catalogueSpec, type ModelFacts } from './specs/catalogue-spec.ts'
export type { CatalogueEntry } from './specs/catalogue-entry.ts'
export type {
  Modality,
  ModelCapabilities,
  ModelPrice,
  ModelSpec,
  ParameterName,
  ParameterSpec,
} from './specs/model-spec.ts'
export { ModelSpecRegistry } from './specs/registry.ts'
export { estimateTokens, messageWeigher, type EstimateOptions, type Tokenizer } from './tokens/estimate-tokens.ts'
export { selectModel, type ModelRequirements, type SelectOptions } from './specs/select-model.ts'
export type { Plan } from './client/plan.ts'
export { accumulate, CompletionAccumulator } from './stream/accumulator.ts'
export { CompletionStream, type CompletionSource, type StreamHooks } from './stream/completion-stream.ts'
export { deferStream } from './stream/defer-stream.ts'
export type { ReasoningTags } from './stream/split-reasoning.ts'
export type {
  CompletionEvent,
  FileEvent,
  FinishEvent,
  ObjectDeltaEvent,
  ObjectEvent,
  ReasoningDeltaEvent,
  SourceEvent,
  StartEvent,
  TextDeltaEvent,
  ToolCallDeltaEvent,
  ToolCallEvent,
  ToolCallStartEvent,
  ToolResultEvent,
  UsageEvent,
} from './stream/events.ts'
export { ToolCallAssembler, toolCallPart, type RawToolCall, type ToolCallDelta } from './tools/tool-call-assembler.ts'
export type { RunEvent, RunFinishEvent, StepFinishEvent, StepStartEvent, ToolOutcomeEvent } from './run/events.ts'
export type {
  AnyTool,
  Approval,
  PausedRun,
  ResumedRun,
  RunOptions,
  RunProgress,
  RunResult,
  RunStep,
  Spent,
  StepChanges,
  StopCondition,
} from './run/run-options.ts'
export { RunStream } from './run/run-stream.ts'
export type { RunPrompt } from './run/start-run.ts'
export { afterCost, afterSteps, afterTime, afterTokens, afterTool } from './run/stop-conditions.ts'
export {
  tool,
  type RunnableTool,
  type ToolChoice,
  type ToolContext,
  type ToolDefinition,
  type ToolOutput,
  type ToolResultContent,
} from './tools/tool.ts'
export { checkValue, type CheckedValue } from './schema/check-value.ts'
export { sumUsage } from './usage-sum.ts'
export { reportedUsage, type Usage } from './usage.ts'
export type { Warning } from './warning.ts'
