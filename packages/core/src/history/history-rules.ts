/** What a wire format demands of a history. What it leaves out is not demanded. */
export interface HistoryRules {
  /** The ids of tool calls that it takes. Others are replaced, call and result together. */
  readonly toolCallIds?: ToolCallIdRule | undefined
  /** `first`: instructions stand before everything else, and later ones are moved there. */
  readonly system?: 'anywhere' | 'first' | undefined
  /** User and assistant must take turns, beginning with the user: neighbours of one role are merged. */
  readonly alternate?: boolean | undefined
  /** Kinds of media that it takes from the user. Absent: all. */
  readonly userMedia?: readonly MediaKind[] | undefined
  /** Kinds of media that it takes in the result of a tool. Absent: all. */
  readonly toolMedia?: readonly MediaKind[] | undefined
  /**
   * The `http:` and `https:` URLs that the host fetches itself, by kind of media. All others are downloaded, and sent as
   * bytes. Absent: it takes all.
   */
  readonly urls?: UrlRules | undefined
}

/** Parts that hold bytes. */
export type MediaKind = 'image' | 'audio' | 'file'

/** The URLs that a host fetches itself. A kind that is not named has none. */
export type UrlRules = Readonly<Partial<Record<MediaKind, RegExp>>>

/** Which ids are legal, and how to make one. */
export interface ToolCallIdRule {
  readonly pattern: RegExp
  /** The length of an id that is made in place of an illegal one. Defaults to 24. */
  readonly length?: number | undefined
}

/** What a history is ported to. */
export interface HistoryTarget {
  readonly protocol: string
  /** Absent when the provider is called without a client. */
  readonly family?: string | undefined
  readonly rules?: HistoryRules | undefined
  /** Kinds of input that the model takes; absent where that is not known. */
  readonly input?: readonly string[] | undefined
  /** Where the model wants its instructions, if it does. */
  readonly instructions?: 'first' | 'user' | undefined
  /** When earlier reasoning goes back. Defaults to `always`. */
  readonly reasoningReplay?: 'never' | 'same-turn-tools' | 'always' | undefined
  /** What to do about media that the host or the model does not take. Defaults to a placeholder. */
  readonly unsupportedMedia?: 'placeholder' | 'refuse' | undefined
}
