// Written by `pnpm types:update` from the specs: do not edit.

/** What each model refuses, as types: options that can only be left out, and the values that others take. */
export interface DeepSeekLimits {
  'deepseek-chat': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'deepseek-coder-33b-instruct': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'deepseek-r1': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'deepseek-r1-0528': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'deepseek-r1-0528-qwen3-8b': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'deepseek-r1-distill-llama-70b': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'deepseek-r1-distill-llama-8b': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'deepseek-r1-distill-qwen-1.5b': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'deepseek-r1-distill-qwen-14b': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'deepseek-r1-distill-qwen-32b': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'deepseek-r1-distill-qwen-7b': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'deepseek-reasoner': { readonly frequencyPenalty?: undefined; readonly presencePenalty?: undefined; readonly temperature?: undefined; readonly topP?: undefined; readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'deepseek-v3-0324': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: undefined } | undefined }
  'deepseek-v3.1': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined } | undefined }
  'deepseek-v3.1-terminus': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined } | undefined }
  'deepseek-v3.2': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined } | undefined }
  'deepseek-v3.2-exp': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined } | undefined }
  'deepseek-v4-flash': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: 'none' | 'high' | 'xhigh' | undefined } | undefined }
  'deepseek-v4-flash-0731': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: 'none' | 'low' | 'high' | 'max' | undefined } | undefined }
  'deepseek-v4-flash-vision-exp': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: 'none' | 'low' | 'high' | 'max' | undefined } | undefined }
  'deepseek-v4-pro': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: 'none' | 'high' | 'max' | undefined } | undefined }
  'deepseek-v4-pro-0813': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: 'none' | 'low' | 'high' | 'max' | undefined } | undefined }
  'deepseek-v4.1-flash': { readonly verbosity?: undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: 'none' | 'low' | 'high' | 'max' | undefined } | undefined }
}
