/** A certificate and its private key, as PEM. */
export interface TestCertificate {
  readonly cert: string
  readonly key: string
}

/**
 * Makes a certificate that nobody has signed, for a server on this machine that speaks TLS: pass `cert` to a client as the
 * authority to trust. Needs the program `openssl`.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:https'
 * import { selfSignedCertificate } from '@llm/testing'
 *
 * const { cert, key } = await selfSignedCertificate('localhost')
 * createServer({ cert, key }, (_, response) => response.end('hello'))
 * ```
 */
export async function selfSignedCertificate(host: string): Promise<TestCertificate> {
  const { execFile } = await import('node:child_process')
  const { promisify } = await import('node:util')
  // Both go to the standard output, so that no private key is ever written to a disk.
  const { stdout } = await promisify(execFile)('openssl', [
    ...['req', '-x509', '-nodes', '-days', '1', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
    ...['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`, '-keyout', '-', '-out', '-'],
  ])
  const [cert, key] = ['CERTIFICATE', 'PRIVATE KEY'].map(
    kind => new RegExp(`-----BEGIN ${kind}-----[^]*?-----END ${kind}-----\n`).exec(stdout)?.[0],
  )
  if (cert === undefined || key === undefined) throw new Error('openssl gave no certificate and key.')
  return { cert, key }
}
