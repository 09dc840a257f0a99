import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readPemCertificate, readPfx } from '../../src/microsoft/index.ts'

const file = (name: string) => readFileSync(join(import.meta.dirname, 'supplied', name))
const text = (name: string) => file(name).toString('utf8')
const passphrase = 'correct horse'
const now = Date.parse('2030-01-01T00:00:00Z')
const thumbprintSha256 = '9DDF7C18432ADEAD09E100F3FC3BB18D71B7F3DB5D37DFC302316F5B3066835A'

function assertPair(read: Awaited<ReturnType<typeof readPfx>>): void {
  assert.equal(read.thumbprintSha256, thumbprintSha256)
  assert.equal(read.certificatePem, text('rsa.crt'))
  assert.match(read.privateKeyPem, /^-----BEGIN PRIVATE KEY-----/)
  const ours = createPublicKey(createPrivateKey(read.privateKeyPem)).export({ type: 'spki', format: 'pem' })
  assert.equal(ours, new X509Certificate(text('rsa.crt')).publicKey.export({ type: 'spki', format: 'pem' }))
  assert.ok(read.notAfter.getTime() > Date.parse('2120-01-01'))
}

for (const [name, secret] of [
  ['modern.pfx', passphrase],
  ['legacy.pfx', passphrase],
  ['windows.pfx', passphrase],
  ['chain.pfx', passphrase],
  ['nomac.pfx', passphrase],
  ['empty.pfx', ''],
  ['unicode.pfx', 'Grüße–жук'],
  ['unicode-legacy.pfx', 'Grüße–жук'],
] as const) {
  test(`${name} is read`, async () => {
    assertPair(await readPfx({ pfx: file(name), passphrase: secret }, now))
  })
}

for (const [what, pfx, secret, code] of [
  ['a wrong passphrase', file('modern.pfx'), 'wrong', 'MSG_PASSPHRASE_WRONG'],
  ['a wrong passphrase of an old file', file('legacy.pfx'), 'wrong', 'MSG_PASSPHRASE_WRONG'],
  ['a wrong passphrase without a check of its own', file('nomac.pfx'), 'wrong', 'MSG_PASSPHRASE_WRONG'],
  ['no passphrase', file('modern.pfx'), '', 'MSG_PASSPHRASE_WRONG'],
  ['text', Buffer.from('not a PFX file'), '', 'MSG_PFX_UNREADABLE'],
  ['a certificate', file('rsa.crt'), '', 'MSG_PFX_UNREADABLE'],
  ['a file without its end', file('modern.pfx').subarray(0, 1000), passphrase, 'MSG_PFX_UNREADABLE'],
  ['a file without a key', file('certificate-only.pfx'), passphrase, 'MSG_PFX_UNREADABLE'],
  ['an elliptic key', file('ec.pfx'), passphrase, 'MSG_KEY_TYPE_UNSUPPORTED'],
] as const) {
  test(`a PFX file with ${what} is refused in words`, async () => {
    await assert.rejects(readPfx({ pfx, passphrase: secret }, now), (error: Error & { code?: string }) => {
      assert.equal(error.code, code, error.message)
      return true
    })
  })
}

test('PEM is read from separate files, from one, in other orders, with text around it, and encrypted', () => {
  const [certificate, privateKey] = [text('rsa.crt'), text('rsa.key')]
  assertPair(readPemCertificate({ certificate, privateKey }, now))
  const both = `subject=CN = x\n${text('other.crt')}${privateKey}\nBag Attributes\n${certificate}`
  assertPair(readPemCertificate({ certificate: both, privateKey: both }, now))
  assertPair(readPemCertificate({ certificate: certificate.replaceAll('\n', '\r\n'), privateKey }, now))
  for (const name of ['encrypted.key', 'traditional.key'])
    assertPair(readPemCertificate({ certificate, privateKey: text(name), passphrase }, now))
})

for (const [what, certificate, privateKey, secret, code] of [
  ['a key of another certificate', 'other.crt', 'rsa.key', undefined, 'MSG_CERTIFICATE_MISMATCH'],
  ['no certificate', 'rsa.key', 'rsa.key', undefined, 'MSG_PEM_UNREADABLE'],
  ['no key', 'rsa.crt', 'rsa.crt', undefined, 'MSG_PEM_UNREADABLE'],
  ['no passphrase', 'rsa.crt', 'encrypted.key', undefined, 'MSG_PASSPHRASE_MISSING'],
  ['no passphrase, of the old form', 'rsa.crt', 'traditional.key', undefined, 'MSG_PASSPHRASE_MISSING'],
  ['a wrong passphrase', 'rsa.crt', 'encrypted.key', 'wrong', 'MSG_PASSPHRASE_WRONG'],
  ['a wrong passphrase, of the old form', 'rsa.crt', 'traditional.key', 'wrong', 'MSG_PASSPHRASE_WRONG'],
  ['an elliptic key', 'ec.crt', 'ec.key', undefined, 'MSG_KEY_TYPE_UNSUPPORTED'],
  ['a short key', 'short.crt', 'short.key', undefined, 'MSG_KEY_TYPE_UNSUPPORTED'],
] as const) {
  test(`PEM with ${what} is refused in words`, () => {
    assert.throws(
      () =>
        readPemCertificate(
          { certificate: text(certificate), privateKey: text(privateKey), passphrase: secret },
          now,
        ),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, code, error.message)
        assert.ok(!error.message.includes('MII'), 'nothing of the key is shown')
        return true
      },
    )
  })
}

test('damaged PEM is refused', () => {
  const certificate = text('rsa.crt')
  const damaged = text('rsa.key').replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA')
  assert.throws(() => readPemCertificate({ certificate, privateKey: damaged }, now), {
    code: 'MSG_PEM_UNREADABLE',
  })
  const cut = certificate.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA')
  assert.throws(() => readPemCertificate({ certificate: cut, privateKey: text('rsa.key') }, now), {
    code: 'MSG_PEM_UNREADABLE',
  })
  const two = `${text('rsa.key')}${text('other.key')}`
  assert.throws(() => readPemCertificate({ certificate, privateKey: two }, now), {
    code: 'MSG_PEM_UNREADABLE',
  })
})

test('a certificate that is over or not yet valid is refused with its date', async () => {
  const pair = { certificate: text('rsa.crt'), privateKey: text('rsa.key') }
  const { validToDate, validFromDate } = new X509Certificate(pair.certificate)
  assert.throws(() => readPemCertificate(pair, validToDate.getTime() + 1), {
    code: 'MSG_CERTIFICATE_NOT_VALID',
    message: new RegExp(validToDate.toISOString().slice(0, 10)),
  })
  await assert.rejects(readPfx({ pfx: file('modern.pfx'), passphrase }, validFromDate.getTime() - 1), {
    code: 'MSG_CERTIFICATE_NOT_VALID',
  })
})
