/** A certificate and its private key, as PEM. */
export interface TestCertificate {
  readonly cert: string
  readonly key: string
}

/**
 * Makes a certificate that nobody has signed, for a server on this machine that speaks TLS: pass `cert` to a client as the
 * authority to trust. It is good for a year.
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
  const { generate } = await import('selfsigned')
  const made = await generate([{ name: 'commonName', value: host }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }],
  })
  return { cert: made.cert, key: made.private }
}
