import { ConfigurationError } from '@llm/core'

/** Loads a client that is installed only where it is needed. */
export async function loadClient<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    throw new ConfigurationError({
      message: `${name} is not installed, or cannot be loaded.`,
      hint: `Run: npm install ${name}`,
      cause,
    })
  }
}
