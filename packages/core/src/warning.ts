/** Something that was done differently from what was asked. Warnings are data: nothing is printed. */
export interface Warning {
  /** What happened, for programs. */
  readonly code:
    | 'parameter-dropped'
    | 'parameter-changed'
    | 'part-dropped'
    | 'media-downloaded'
    | 'state-dropped'
    | 'schema-changed'
    | 'unknown-model'
    | 'deprecated-model'
    | 'unsupported-option'
    | 'invalid-output'
    | 'history-trimmed'
    | 'budget-exceeded'
    | 'unknown-price'
    | 'cache-unavailable'
    | 'other'
  /** What happened and what to do about it, for people. */
  readonly message: string
  /** The request field it is about, such as `temperature`. */
  readonly parameter?: string
}
