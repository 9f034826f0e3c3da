import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Modality, ModelPrice } from '../../packages/core/src/index.ts'
import type { Levels, Row } from './row.ts'

/** Files of the catalogue of models, and our name for their host. `vercel` is read for its limits, not as a host. */
const hosts: Readonly<Record<string, string>> = {
  openai: 'openai',
  'azure-openai-responses': 'azure',
  anthropic: 'anthropic',
  google: 'google',
  'google-vertex': 'vertex',
  'amazon-bedrock': 'bedrock',
  groq: 'groq',
  openrouter: 'openrouter',
  deepseek: 'deepseek',
  mistral: 'mistral',
  together: 'together',
  fireworks: 'fireworks',
  cerebras: 'cerebras',
  'vercel-ai-gateway': 'vercel',
}

interface CatalogueModel {
  id: string
  contextWindow: number
  maxTokens: number
  input: Modality[]
  reasoning: boolean
  cost: Required<ModelPrice>
  thinkingLevelMap?: Levels
}

interface ImageModel {
  id: string
  input: Modality[]
  output: Modality[]
}

/** The rows of the catalogue of models, which lies unpacked in a folder. */
export async function readModels(folder: string): Promise<Row[]> {
  const chat = await Promise.all(
    Object.entries(hosts).map(async ([file, host]) => {
      const text = await readFile(join(folder, `dist/providers/data/${file}.json`), 'utf8')
      const byApi = JSON.parse(text) as Record<string, Record<string, CatalogueModel>>
      return Object.values(byApi).flatMap(models => Object.values(models).map(model => toRow(host, model)))
    }),
  )
  return [...chat.flat(), ...(await readImageModels(folder))]
}

function toRow(host: string, model: CatalogueModel): Row {
  const { id, contextWindow, maxTokens: maxOutputTokens, input, reasoning, cost, thinkingLevelMap: levels } = model
  return { source: 'models', host, id, contextWindow, maxOutputTokens, input, reasoning, levels, price: toPrice(cost) }
}

/** The catalogue writes zero where it knows no price. */
function toPrice({ input, output, cacheRead, cacheWrite }: Required<ModelPrice>): ModelPrice | undefined {
  if (input === 0 && output === 0) return undefined
  return { input, output, ...(cacheRead === 0 ? {} : { cacheRead }), ...(cacheWrite === 0 ? {} : { cacheWrite }) }
}

async function readImageModels(folder: string): Promise<Row[]> {
  const module = (await import(pathToFileURL(join(folder, 'dist/image-models.generated.js')).href)) as {
    IMAGE_MODELS: { openrouter: Record<string, ImageModel> }
  }
  const models = Object.values(module.IMAGE_MODELS.openrouter)
  return models.map(({ id, input, output }) => ({ source: 'models', host: 'openrouter', id, input, output }))
}
