/** What a connection may agree on with the server: nothing that can be read later, and no cipher that can be changed on the way. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type ConnectionOptions, connect } from 'node:tls'
import { makeCertificate } from '../../src/microsoft/provisioning/certificate.ts'
import { createTestDatabase } from '../database.ts'
import { startProcess, temporaryFolder } from '../platform/server-process.ts'

test('old versions, key exchange without forward secrecy and CBC are not offered', async (t) => {
  const database = await createTestDatabase()
  const folder = temporaryFolder(t)
  const { certificatePem, privateKeyPem } = await makeCertificate({ subject: 'localhost', days: 1 })
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')]
  writeFileSync(certificate, certificatePem)
  writeFileSync(key, privateKeyPem, { mode: 0o600 })
  const options = ['--tls-certificate', certificate, '--tls-key', key]
  const { address } = await startProcess(t, join(folder, 'data'), options, { DATABASE_URL: database.url })
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
})
