/** What a connection may agree on with the server, and which certificate it is shown: of files, renewed while it runs, or made by the server. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type ConnectionOptions, connect } from 'node:tls'
import { makeCertificate } from '../../src/microsoft/provisioning/certificate.ts'
import { commandLine } from '../cli/command-line.ts'
import { createTestDatabase } from '../database.ts'
import { startProcess, temporaryFolder } from '../platform/server-process.ts'

const shown = async (address: string) => {
  const { hostname, port } = new URL(address)
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false })
  await once(socket, 'secureConnect', { signal: AbortSignal.timeout(20_000) })
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}

test('old versions, key exchange without forward secrecy and CBC are not offered; certificates are renewed, or made by the server', async (t) => {
  const database = await createTestDatabase()
  const folder = temporaryFolder(t)
  const { certificatePem, privateKeyPem } = await makeCertificate({ subject: 'localhost', days: 1 })
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')]
  writeFileSync(certificate, certificatePem)
  writeFileSync(key, privateKeyPem, { mode: 0o600 })
  const options = ['--tls-certificate', certificate, '--tls-key', key]
  const environment = { DATABASE_URL: database.url }
  const server = await startProcess(t, join(folder, 'data'), options, environment)
  const { address } = server
  t.after(database.drop)
  const agreed = async (offer: ConnectionOptions): Promise<string> => {
    const socket = connect({
      port: Number(new URL(address).port),
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ...offer,
    })
    try {
      await once(socket, 'secureConnect', { signal: AbortSignal.timeout(20_000) })
      return `${socket.getProtocol()} ${socket.getCipher().name}`
    } catch {
      return 'refused'
    } finally {
      socket.destroy()
    }
  }
  assert.match(await agreed({}), /^TLSv1\.3 TLS_/)
  const old = { maxVersion: 'TLSv1.2' } as const
  assert.match(await agreed(old), /^TLSv1\.2 ECDHE-RSA-\w+-(GCM|POLY1305)/)
  for (const ciphers of [
    'AES128-SHA',
    'AES256-GCM-SHA384',
    'ECDHE-RSA-AES128-SHA256',
    'ECDHE-RSA-AES256-SHA',
  ]) {
    assert.equal(await agreed({ ...old, ciphers }), 'refused', ciphers)
  }
  for (const version of ['TLSv1', 'TLSv1.1'] as const) {
    const offer = { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' }
    assert.equal(await agreed(offer), 'refused', version)
  }

  // Renewed while the server runs.
  const next = await makeCertificate({ subject: 'localhost', days: 1 })
  for (const [file, text] of [
    [key, next.privateKeyPem],
    [certificate, next.certificatePem],
  ] as const) {
    writeFileSync(`${file}.new`, text, { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
  const wanted = new X509Certificate(next.certificatePem).fingerprint256
  const deadline = AbortSignal.timeout(60_000)
  while ((await shown(address)) !== wanted) {
    assert.ok(!deadline.aborted, server.log())
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  await server.end('SIGTERM')

  // Made by the server itself.
  const own = await startProcess(t, join(folder, 'data'), ['--tls', 'self-signed'], environment)
  const { fingerprint } = JSON.parse(own.stdout()) as { fingerprint: string }
  assert.equal(await shown(own.address), fingerprint)
  const { port } = new URL(own.address)
  const machine = { BDRCLOUD_DATA: join(folder, 'data'), BDRCLOUD_TLS: 'self-signed', BDRCLOUD_PORT: port }
  const { bdrcloud } = commandLine(folder, machine)
  const told = JSON.parse((await bdrcloud(['tls', 'show', '--json'])).out) as Record<string, unknown>
  assert.deepEqual([told['fingerprint'], told['selfSigned']], [fingerprint, true])
  const pem = (await bdrcloud(['tls', 'show', '--pem'])).out
  assert.equal(new X509Certificate(pem).fingerprint256, fingerprint)
  assert.doesNotMatch(pem, /KEY/)
})
