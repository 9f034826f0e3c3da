import type { Modality, ModelPrice } from '../../packages/core/src/index.ts'

/** What a catalogue says of a model at one host. */
export interface Row {
  /** A catalogue of models, or a price list: the latter also has models that are gone, and those that are no chat. */
  readonly source: 'models' | 'prices'
  readonly host: string
  readonly id: string
  /** The id is only the price list's word for a group of models. */
  readonly factsOnly?: boolean
  readonly contextWindow?: number | undefined
  readonly maxOutputTokens?: number | undefined
  readonly input?: readonly Modality[]
  readonly output?: readonly Modality[]
  readonly reasoning?: boolean
  readonly levels?: Levels | undefined
  readonly search?: boolean
  readonly price?: ModelPrice | undefined
}

/** For each level of effort the host's word for it, or null where there is none. */
export type Levels = Readonly<Record<string, string | null | undefined>>

/** Whether a host of ours is known to serve the model now. */
export const isListed = ({ source, host }: Row): boolean => source === 'models' && host !== 'vercel'
