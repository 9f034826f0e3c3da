// Written by `pnpm types:update` from the specs: do not edit.

/** What each model refuses, as types: options that can only be left out, and the values that others take. */
export interface MixtralLimits {
  'codestral-2501': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'codestral-2508': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'codestral-latest': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'devstral-2512': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'devstral-latest': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'devstral-medium-2507': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'devstral-small-2505': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'devstral-small-2507': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'devstral-small-2512': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'magistral-medium-latest': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'magistral-small': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'magistral-small-2509': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'ministral-14b-2512': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'ministral-3b-2512': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'ministral-3b-latest': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'ministral-8b-2410': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'ministral-8b-2512': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'ministral-8b-latest': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'mistral-7b': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'mistral-large-2402': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'mistral-large-2407': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'mistral-large-2411': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'mistral-large-2512': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'mistral-large-4': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: 'none' | 'low' | 'medium' | 'high' | undefined } | undefined }
  'mistral-large-latest': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'mistral-medium-2505': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'mistral-medium-2508': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'mistral-medium-2604': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: 'none' | 'high' | undefined } | undefined }
  'mistral-medium-latest': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: 'none' | 'high' | undefined } | undefined }
  'mistral-nemo': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'mistral-saba': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'mistral-small-2501': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'mistral-small-2503': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'mistral-small-2506': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'mistral-small-2603': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: 'none' | 'high' | undefined } | undefined }
  'mistral-small-latest': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: 'none' | 'high' | undefined } | undefined }
  'mixtral-8x22b': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'mixtral-8x7b': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'pixtral-12b': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'pixtral-large': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'voxtral-mini-2507': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'voxtral-small-2507': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'voxtral-small-latest': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
}
