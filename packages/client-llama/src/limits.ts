// Written by `pnpm types:update` from the specs: do not edit.

/** What each model refuses, as types: options that can only be left out, and the values that others take. */
export interface LlamaLimits {
  'llama-3-70b-instruct': { readonly parallelToolCalls?: false | undefined; readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'llama-3-8b-instruct': { readonly parallelToolCalls?: false | undefined; readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'llama-3.1-405b-instruct': { readonly parallelToolCalls?: false | undefined; readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'llama-3.1-70b-instruct': { readonly parallelToolCalls?: false | undefined; readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'llama-3.1-8b-instruct': { readonly parallelToolCalls?: false | undefined; readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'llama-3.2-11b-vision-instruct': { readonly parallelToolCalls?: false | undefined; readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'llama-3.2-1b-instruct': { readonly parallelToolCalls?: false | undefined; readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'llama-3.2-3b-instruct': { readonly parallelToolCalls?: false | undefined; readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'llama-3.2-90b-vision-instruct': { readonly parallelToolCalls?: false | undefined; readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'llama-3.3-70b-instruct': { readonly parallelToolCalls?: false | undefined; readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'llama-4-maverick': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'llama-4-scout': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
}
