import type { Modality } from '../../packages/core/src/index.ts'

/** How the models of a family are told and named. */
export interface Family {
  readonly name: string
  /** The host of its maker, whose rows count most. */
  readonly maker?: string
  /** What hosts that put a vendor before the model call the maker. */
  readonly vendors: readonly string[]
  /** Turns a host's name, its packaging taken off, into the canonical id: rules applied one after another. */
  readonly names: readonly (readonly [from: RegExp, to: string])[]
  /** Canonical ids that belong to the family... */
  readonly models: RegExp
  /** ...but for these: other APIs, moving names, and names that only a gateway or a price list tells apart. */
  readonly without: readonly RegExp[]
  /** What models take and make where the catalogues do not say so, or say too little: the first match counts. */
  readonly modalities: readonly { is: RegExp; input?: readonly Modality[]; output?: readonly Modality[] }[]
  /** Hosts whose limits count where they are larger than the maker's. */
  readonly gateways?: readonly string[]
  /** Its maker sets no limit on the answer but the window. */
  readonly answersFillTheWindow?: boolean
}

const gpt: Family = {
  name: 'gpt',
  maker: 'openai',
  vendors: ['openai'],
  // The maker's rows end some windows where the price goes up, and one answer short.
  gateways: ['openrouter', 'vercel'],
  names: [[/^gpt-35-/, 'gpt-3.5-']],
  models:
    /^(?:gpt-(?:3\.5-turbo|4|4-turbo|4\.1.*|4o|4o-mini|4o-\d{4}-\d\d-\d\d|[5-9].*|image-.*|audio.*)|o\d.*|text-embedding-3-.*)$/,
  without: [
    /chat|realtime|spark|search|research|transcribe|tts/,
    /^gpt-[5-9].*-image/,
    /^gpt-5(?:\.[125])?-(?:codex|mini-)|^gpt-5\.1-mini|^gpt-5\.[36]$|^gpt-[5-9]-\d/,
    /-(?:sol|luna|terra|astra)-pro$/,
    /^o1-(?:mini|preview)|-high$/,
    /-\d{8}$|^(?!gpt-4o-).*-\d{4}-\d\d-\d\d$/,
    /^gpt-audio-(?:mini-)?[\d.-]+$/,
  ],
  modalities: [
    { is: /^gpt-image/, input: ['text', 'image'], output: ['image'] },
    { is: /^gpt-audio/, input: ['text', 'audio'], output: ['text', 'audio'] },
    { is: /embedding/, output: ['embedding'] },
  ],
}

const claude: Family = {
  name: 'claude',
  maker: 'anthropic',
  vendors: ['anthropic'],
  names: [
    [/[@-]20\d{6}$/, ''],
    [/-latest$/, ''],
    [/(?<=\d)\.(?=\d)/, '-'],
    [/^claude-([4-9](?:-\d)?)-(opus|sonnet|haiku)$/, 'claude-$2-$1'],
    [/^claude-(opus|sonnet)-4$/, 'claude-$1-4-0'],
  ],
  models: /^claude-(?:3(?:-[57])?-(?:opus|sonnet|haiku)|(?:opus|sonnet|haiku|fable)-\d(?:-\d)?)$/,
  without: [],
  modalities: [{ is: /./, input: ['text', 'image'] }],
}

const gemini: Family = {
  name: 'gemini',
  maker: 'google',
  vendors: ['google'],
  names: [
    [/^(gemini-[\d.]+-(?:pro|flash)-image)-preview$/, '$1'],
    [/^(gemini-2\.5-(?:pro|flash))-preview-tts$/, '$1-tts'],
  ],
  models: /^gemini-(?:[2-9]|embedding|flash|pro-latest|live|omni).*$/,
  without: [
    /1\.5|-exp|preview-\d|-2\.0-.*-001$/,
    /^gemini-2\.5-.*(?:latest|native-audio|(?:pro|flash)-preview$)/,
    /^gemini-3-pro-(?:text-)?preview$|^gemini-3\.1-flash-lite-preview$|^gemini-3\.5-flash-preview$/,
  ],
  // Source: https://ai.google.dev/gemini-api/docs/models
  modalities: [
    { is: /embedding-2/, input: ['text', 'image', 'audio', 'video'], output: ['embedding'] },
    { is: /embedding/, output: ['embedding'] },
    { is: /tts/, input: ['text'], output: ['audio'] },
    { is: /image/, input: ['text', 'image'], output: ['text', 'image'] },
    { is: /live/, input: ['text', 'image', 'audio', 'video'], output: ['text', 'audio'] },
    { is: /omni/, input: ['text', 'image', 'video'], output: ['video'] },
    { is: /computer-use/, input: ['text', 'image'] },
    { is: /./, input: ['text', 'image', 'audio', 'video'] },
  ],
}

const deepseek: Family = {
  name: 'deepseek',
  maker: 'deepseek',
  vendors: ['deepseek', 'deepseek-ai'],
  names: [
    [/(?<=v\d)p(?=\d)/, '.'],
    [/^deepseek-chat-(?=v3)/, 'deepseek-'],
    [/^deepseek-flash$/, 'deepseek-v4.1-flash'],
  ],
  models: /^deepseek-(?:chat|reasoner|coder|r\d|v\d).*$/,
  without: [/-base$|-zero|-latest$/],
  modalities: [],
}

const mixtral: Family = {
  name: 'mixtral',
  maker: 'mistral',
  vendors: ['mistralai', 'mistral'],
  names: [
    [/^(?:open-|labs-)/, ''],
    [/^devstral-(?:2-123b|medium-latest)$/, 'devstral-2512'],
    [/^mixtral-(8x\d+b)-.*$/, 'mixtral-$1'],
    [/^mistral-7b-.*$/, 'mistral-7b'],
    [/^ministral-3-(\d+b)-instruct$/, 'ministral-$1-2512'],
    [/^mistral-large-3-675b-instruct$/, 'mistral-large-2512'],
    [/^mistral-medium-3[.-]5$/, 'mistral-medium-2604'],
    [/^mistral-medium-3[.-]1$/, 'mistral-medium-2508'],
    [/^mistral-medium-3$/, 'mistral-medium-2505'],
    [/^mistral-small-24b-instruct-2501$/, 'mistral-small-2501'],
    [/^mistral-small-3\.1-24b-instruct$/, 'mistral-small-2503'],
    [/^mistral-small-3\.2-24b-instruct$/, 'mistral-small-2506'],
    [/^mistral-saba-(?:24b|latest)$/, 'mistral-saba'],
    [/^pixtral-(12b|large)-.*$/, 'pixtral-$1'],
    [/^voxtral-(small|mini)-\d+b-2507$/, 'voxtral-$1-2507'],
  ],
  models: /^(?:mistral|mixtral|ministral|codestral|devstral|magistral|pixtral|voxtral)-.+$/,
  without: [
    /ocr|tiny|mamba|transcribe|^voxtral-mini-(?:2602|latest)$/,
    /^mistral-(?:large|medium|small|small-2402|medium-2312)$|^magistral-medium$|^ministral-\db$/,
    /^devstral-(?:small|medium|small-latest)$/,
  ],
  modalities: [
    { is: /embed/, output: ['embedding'] },
    { is: /^pixtral/, input: ['text', 'image'] },
    { is: /^voxtral/, input: ['text', 'audio'] },
  ],
  // Source: https://docs.mistral.ai/api ("your prompt plus max_tokens cannot exceed the model's context length")
  answersFillTheWindow: true,
}

const llama: Family = {
  name: 'llama',
  vendors: ['meta-llama', 'meta'],
  names: [
    [/^meta-(?=llama)/, ''],
    // llama3-1-8b, llama-v3p1-8b, llama3.1-8b
    [/^llama-?v?(\d)[.p-](\d)(?=-)/, 'llama-$1.$2'],
    [/^llama(?=\d)/, 'llama-'],
    [/^llama-3\.1-405b$/, 'llama-3.1-405b-base'],
    [
      /^(llama-3(?:\.\d)?-\d+b)(?:-8192|-chat-hf|-instant|-versatile|-specdec|-reasoning|-preview|-instruct-.*)?$/,
      '$1-instruct',
    ],
    [/^(llama-3\.2-(?:11|90)b)-(?:instruct|vision.*)$/, '$1-vision-instruct'],
    [/^llama-4-(scout|maverick)-.*$/, 'llama-4-$1'],
  ],
  models: /^llama-(?:3(?:\.\d)?-\d+b-(?:vision-)?instruct|4-(?:scout|maverick))$/,
  without: [],
  modalities: [{ is: /vision|^llama-4/, input: ['text', 'image'] }],
}

/** Distills that DeepSeek made of other models are DeepSeek's. */
export const families: readonly Family[] = [gpt, claude, gemini, deepseek, mixtral, llama]
