/** The certificate that the server shows while its files are renewed, in the ways that programs renew them. */
import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect } from 'node:tls'
import { isAppError } from '../../src/errors/index.ts'
import { makeCertificate } from '../../src/microsoft/index.ts'
import { secureOptions, useCertificate } from '../../src/server/tls-protection.ts'
import { type Logger, silentLogger, systemClock } from '../../src/shared/index.ts'
import { readPair, selfSignedNames, serveCertificate } from '../../src/tls/index.ts'
import { type MovableClock, movableClock } from '../security/clock.ts'

const day = 86_400_000

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'bdrcloud-tls-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const issue = async (days = 90) => {
  const { certificatePem, privateKeyPem } = await makeCertificate({ subject: 'localhost', days })
  return {
    certificate: certificatePem,
    key: privateKeyPem,
    fingerprint: new X509Certificate(certificatePem).fingerprint256,
  }
}

test('a renewed pair is shown to new connections however it is put there; a bad one never is', async (t) => {
  const folder = folderOf(t)
  const [a, b, c] = [await issue(), await issue(), await issue()]
  // As certbot lays them: names in `live` that point into `archive`.
  for (const [version, pair] of [
    [1, a],
    [2, b],
  ] as const) {
    mkdirSync(join(folder, 'archive'), { recursive: true })
    writeFileSync(join(folder, 'archive', `fullchain${version}.pem`), pair.certificate)
    writeFileSync(join(folder, 'archive', `privkey${version}.pem`), pair.key)
  }
  const files = {
    certificate: join(folder, 'fullchain.pem'),
    key: join(folder, 'privkey.pem'),
    selfSigned: false,
  }
  const point = (name: string, version: number) => {
    symlinkSync(join(folder, 'archive', `${name}${version}.pem`), join(folder, 'link'))
    renameSync(join(folder, 'link'), join(folder, `${name}.pem`))
  }
  point('fullchain', 1)
  point('privkey', 1)
  const warnings: string[] = []
  const logger: Logger = { ...silentLogger, warn: (details) => warnings.push(JSON.stringify(details)) }
  const clock: MovableClock = {
    ...movableClock(Date.now()),
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds, signal),
  }
  const served = await serveCertificate({ files, names: [], clock, logger })
  const server = createServer(secureOptions(served.pair), (_request, response) => response.end('well'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  t.after(() => served.stop())
  served.follow((pair) => useCertificate(server, pair))
  const shown = async () => {
    const socket = connect({
      port: (server.address() as AddressInfo).port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
    })
    await once(socket, 'secureConnect')
    const { fingerprint256 } = socket.getPeerCertificate()
    socket.destroy()
    return fingerprint256
  }
  const settle = async () => {
    await served.look()
    assert.equal(await served.look(), true)
  }
  assert.equal(await shown(), a.fingerprint)

  // Half of a renewal is neither shown nor told of.
  point('fullchain', 2)
  assert.equal(await served.look(), false)
  assert.equal(served.status().problem, null)
  point('privkey', 2)
  assert.equal(await served.look(), true)
  assert.equal(await shown(), b.fingerprint)
  assert.equal(served.status().fingerprint, b.fingerprint)

  // Rewritten in place.
  rmSync(files.certificate)
  rmSync(files.key)
  writeFileSync(files.certificate, c.certificate)
  writeFileSync(files.key, c.key)
  await settle()
  assert.equal(await shown(), c.fingerprint)
  assert.deepEqual(warnings, [])

  const ended = await makeCertificate({
    subject: 'localhost',
    days: 1,
    clock: movableClock(Date.now() - 3 * day),
  })
  const encrypted = createPrivateKey(a.key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
    .toString()
  const bad: [string, string, RegExp][] = [
    ['not PEM', c.key, /no certificate in PEM/],
    [
      '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n',
      c.key,
      /no certificate in PEM/,
    ],
    [a.certificate, b.key, /does not belong/],
    [a.certificate, 'nothing', /no private key/],
    [a.certificate, encrypted, /no private key/],
    [ended.certificatePem, ended.privateKeyPem, /is not now/],
  ]
  for (const [certificate, key, reason] of bad) {
    writeFileSync(files.certificate, certificate)
    writeFileSync(files.key, key)
    await settle()
    await settle()
    assert.match(served.status().problem ?? '', reason)
    assert.equal(await shown(), c.fingerprint, String(reason))
  }
  truncateSync(files.certificate)
  await settle()
  rmSync(files.key)
  await settle()
  assert.match(served.status().problem ?? '', /cannot be read/)
  // Each once, however often it is looked at, and without a word of a key: two that are not PEM in a row say the same.
  assert.equal(warnings.length, 6, warnings.join('\n'))
  assert.doesNotMatch(warnings.join(), /BEGIN|nothing/)

  writeFileSync(files.certificate, a.certificate)
  writeFileSync(files.key, a.key)
  await settle()
  assert.equal(served.status().problem, null)
  assert.equal(await shown(), a.fingerprint)
  clock.move(91 * day)
  await settle()
  assert.match(served.status().problem ?? '', /is not now/)
  await assert.rejects(
    serveCertificate({ files: { ...files, key: join(folder, 'none') }, names: [], clock, logger }),
    (error) => isAppError(error, 'TLS_FILE'),
  )
})

test('the own certificate is made once, for this account alone, and anew before it ends, when damaged or for another name', async (t) => {
  const folder = folderOf(t)
  const file = join(folder, 'tls', 'self-signed.pem')
  const files = { certificate: file, key: file, selfSigned: true }
  const clock = movableClock(Date.now())
  const names = selfSignedNames('Box-7', ['backup.example', '192.168.1.5', '[fd00::7]', 'no name', '*'])
  assert.deepEqual(names, [
    'localhost',
    '127.0.0.1',
    '::1',
    'box-7',
    'backup.example',
    '192.168.1.5',
    'fd00::7',
  ])
  const start = async (wanted = names) => {
    const served = await serveCertificate({ files, names: wanted, clock, logger: silentLogger })
    served.stop()
    return served
  }
  const first = await start()
  const { fingerprint } = first.pair
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(statSync(join(folder, 'tls')).mode & 0o777, 0o700)
  assert.deepEqual(readdirSync(join(folder, 'tls')), ['self-signed.pem'])
  assert.equal((await start()).pair.fingerprint, fingerprint)

  const made = new X509Certificate(readFileSync(file))
  assert.equal(made.fingerprint256, fingerprint)
  assert.deepEqual(made.publicKey.asymmetricKeyDetails, { namedCurve: 'prime256v1' })
  assert.deepEqual([made.ca, made.keyUsage], [false, ['1.3.6.1.5.5.7.3.1']])
  assert.ok(made.checkHost('backup.example') && made.checkHost('box-7') && made.verify(made.publicKey))
  for (const address of ['127.0.0.1', '::1', '192.168.1.5', 'fd00::7'])
    assert.ok(made.checkIP(address), address)

  clock.move(366 * day)
  assert.equal((await start()).pair.fingerprint, fingerprint)
  clock.move(2 * day)
  await first.look()
  const renewed = first.pair.fingerprint
  assert.notEqual(renewed, fingerprint, 'a running server renews it as well')
  assert.ok(readPair(files).validTo.getTime() > clock.now() + 390 * day)
  assert.equal((await start([...names, 'other.example'])).pair.names.includes('other.example'), true)
  truncateSync(file, 200)
  writeFileSync(`${file}.new`, 'left by a kill', { mode: 0o644 })
  const mended = await start()
  assert.equal(mended.status().problem, null)
  assert.equal(statSync(file).mode & 0o777, 0o600)
})
