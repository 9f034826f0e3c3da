/** A structured logger: the part of pino's interface that is used here, so that a pino logger is one. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

const silent = (): void => undefined

/** Logs nothing: the default everywhere. */
export const silentLogger: Logger = Object.freeze({ debug: silent, info: silent, warn: silent, error: silent })
