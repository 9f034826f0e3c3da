/** Where the provider of a host is. */
export interface Host {
  readonly packageName: string
  /** The name of its factory. */
  readonly factory: string
  /** What the factory must be told for it to be this host. */
  readonly settings?: Readonly<Record<string, unknown>>
}

/** Hosts without a package of their own: the vendors that the package for compatible endpoints knows. */
export const VENDORS = [
  'deepseek',
  'mistral',
  'xai',
  'together',
  'fireworks',
  'cerebras',
  'perplexity',
  'moonshot',
  'ollama',
  'lmstudio',
  'vllm',
  'llamacpp',
] as const

const SHARED: ReadonlyMap<string, Host> = new Map<string, Host>([
  ['vertex', { packageName: '@llm/provider-google', factory: 'vertex' }],
  ...VENDORS.map(
    vendor =>
      [vendor, { packageName: '@llm/provider-compatible', factory: 'compatible', settings: { vendor } }] as const,
  ),
])

/** The host that a service names before its first slash. */
export function hostOf(name: string): Host {
  return SHARED.get(name) ?? { packageName: `@llm/provider-${name}`, factory: name }
}
