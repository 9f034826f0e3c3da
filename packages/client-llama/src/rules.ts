import type { ModelSpec, ParameterSpec } from '@llm/core'

/** How a model behaves, the rest of its spec aside. */
export type Behaviour = Pick<ModelSpec, 'capabilities' | 'parameters' | 'outputStrategy' | 'instructions'>

/**
 * What sets a model apart from the others of its family: Llama 3 was not made for tools, and before Llama 4 they are called
 * one at a time. The weights enforce no schema; a host that does can be told to (`outputStrategy: 'native'`).
 *
 * Sources: https://github.com/meta-llama/llama-models/tree/main/models (the prompt formats of each),
 * https://docs.vllm.ai/en/latest/features/tool_calling (several calls at once)
 */
export function behaviour(id: string): Behaviour {
  const tools = !/^llama-3-/.test(id)
  const parallelTools = id.startsWith('llama-4')
  return {
    capabilities: {
      streaming: true,
      ...(tools ? { tools, parallelTools } : {}),
      jsonMode: true,
      jsonSchema: false,
      reasoning: false,
    },
    parameters: {
      ...SAMPLING,
      ...REFUSED,
      ...(parallelTools ? {} : { parallelToolCalls: ONE_AT_A_TIME }),
    },
    outputStrategy: 'prompted',
    ...(id.includes('vision') ? READS_NO_SYSTEM : {}),
  }
}

/**
 * Its template refuses images beside the instructions of a system.
 *
 * Source: https://huggingface.co/meta-llama/Llama-3.2-11B-Vision-Instruct (chat template)
 */
const READS_NO_SYSTEM: Pick<ModelSpec, 'instructions'> = { instructions: 'user' }

/** What every host takes. Their own limits may be narrower. */
const SAMPLING: ModelSpec['parameters'] = {
  temperature: { min: 0, max: 2 },
  topP: { min: 0, max: 1 },
}

const NO_REASONING: ParameterSpec = { supported: false, remedy: 'ask for the steps in words' }

const REFUSED: ModelSpec['parameters'] = {
  'reasoning.effort': NO_REASONING,
  'reasoning.budgetTokens': NO_REASONING,
  verbosity: { supported: false, remedy: 'ask for a short or a long answer in words' },
}

const ONE_AT_A_TIME: ParameterSpec = {
  values: [false],
  default: false,
  remedy: 'use llama-4-maverick for several calls at once',
}
