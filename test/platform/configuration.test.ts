import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Configuration, helpText, readConfiguration } from '../../src/config/index.ts'
import { isAppError } from '../../src/errors/index.ts'

function read(args: string[], environment: Record<string, string> = {}): Configuration {
  const result = readConfiguration(args, environment)
  assert.notEqual(result, 'help')
  return result as Configuration
}

function fileWith(t: TestContext, content: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'bdrcloud-config-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'bdrcloud.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

test('flags win over the environment, that over the file, that over the defaults', (t) => {
  const file = fileWith(t, { port: 3, logLevel: 'warn', data: 'here', allowedHosts: ['A.example'] })
  const all = read(['--config', file, '--port', '1'], { BDRCLOUD_PORT: '2', BDRCLOUD_LOG_LEVEL: 'error' })
  assert.equal(all.port, 1)
  assert.equal(all.logLevel, 'error')
  assert.deepEqual(all.allowedHosts, ['a.example'])
  assert.equal(all.data, join(file, '..', 'here'))
  assert.equal(all.vault, join(file, '..', 'here', 'vault'))
  assert.equal(read([], { BDRCLOUD_CONFIG: file, BDRCLOUD_PORT: '2' }).port, 2)
  assert.equal(read(['--config', file]).port, 3)
  assert.equal(read([]).port, 8080)
  assert.equal(read([], { BDRCLOUD_PORT: '' }).port, 8080)
})

test('a wrong setting is told with its name and where it was said, a secret one without its value', (t) => {
  const cases: [string[], Record<string, string>, RegExp][] = [
    [['--port', '99999'], {}, /port \(--port\).*99999/],
    [[], { BDRCLOUD_PORT: 'eighty' }, /port \(BDRCLOUD_PORT\).*"eighty"/],
    [[], { BDRCLOUD_LOG_LEVEL: 'loud' }, /logLevel \(BDRCLOUD_LOG_LEVEL\)/],
    [['--tls-key', 'key.pem'], {}, /tlsKey \(--tls-key\).*tlsCertificate/],
    [['--tls', 'always'], {}, /tls \(--tls\).*"always"/],
    [
      ['--tls', 'self-signed', '--tls-certificate', 'a', '--tls-key', 'b'],
      {},
      /together with tlsCertificate/,
    ],
    [['--prot', '1'], {}, /--prot/],
    [['extra'], {}, /extra/],
    [['--config', '/nowhere.json'], {}, /\/nowhere\.json/],
    [['--config', fileWith(t, '{')], {}, /bdrcloud\.json/],
    [['--config', fileWith(t, { prot: 1 })], {}, /no setting prot/],
    [['--config', fileWith(t, { port: '80' })], {}, /port \(.*bdrcloud\.json\)/],
  ]
  for (const [args, environment, message] of cases) {
    assert.throws(
      () => readConfiguration(args, environment),
      (error) => isAppError(error) && message.test(error.message),
    )
  }
  assert.throws(
    () => readConfiguration([], { DATABASE_URL: 'mysql://user:hunter2@host/db' }),
    (error) => isAppError(error) && /DATABASE_URL/.test(error.message) && !error.message.includes('hunter2'),
  )
})

test('the help names every setting with its flag, variable and default', () => {
  const help = helpText()
  for (const word of [
    '--port NUMBER',
    'BDRCLOUD_PORT',
    '8080',
    'DATABASE_URL',
    '--tls-certificate',
    'BDRCLOUD_CONFIG',
  ]) {
    assert.ok(help.includes(word), word)
  }
  assert.equal(readConfiguration(['--help'], {}), 'help')
})

test('the proxy comes from the own settings, else from the environment; a password never from the command line', (t) => {
  assert.equal(read([]).proxy, null)
  assert.deepEqual(read(['--proxy', 'http://p:3128', '--no-proxy', 'a,.b']).proxy, {
    url: 'http://p:3128',
    noProxy: ['a', '.b'],
  })
  const others = { HTTPS_PROXY: 'p:8080', no_proxy: 'x.example, y' }
  assert.deepEqual(read([], others).proxy, { url: 'http://p:8080', noProxy: ['x.example', 'y'] })
  assert.equal(read(['--proxy', 'direct'], others).proxy, null)
  const secret = 'http://ada:hunter2@p:3128'
  assert.equal(read([], { BDRCLOUD_PROXY: secret, HTTPS_PROXY: 'http://q' }).proxy?.url, secret)
  assert.equal(read(['--config', fileWith(t, { proxy: secret })]).proxy?.url, secret)
  for (const [args, environment] of [
    [['--proxy', secret], {}],
    [[], { BDRCLOUD_PROXY: 'ftp://ada:hunter2@p' }],
  ] as const) {
    assert.throws(
      () => readConfiguration(args, environment),
      (error) => isAppError(error, 'CFG_INVALID') && !error.message.includes('hunter2'),
    )
  }
  assert.equal(read([]).certificateAuthority, null)
  assert.equal(read(['--certificate-authority', '/ca.pem']).certificateAuthority, '/ca.pem')
})

test('the vault is a folder or a place as restic names it, and its secrets come from the environment or the file alone', (t) => {
  for (const location of ['rest:https://host/vault/', 's3:host/bucket/vault', 'azure:container:/vault'])
    assert.equal(read(['--vault', location]).vault, location)
  assert.equal(read(['--vault', 'relative/folder']).vault, join(process.cwd(), 'relative/folder'))
  const file = fileWith(t, {
    vault: 's3:host/bucket',
    awsSecretAccessKey: 'from the file',
    vaultLockDays: 30,
  })
  const found = read(['--config', file], { AWS_ACCESS_KEY_ID: 'key', AZURE_ACCOUNT_KEY: '' })
  assert.deepEqual(found.vaultEnvironment, {
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'from the file',
  })
  assert.deepEqual(found.vaultLock, { days: 30, mode: 'compliance' })
  assert.deepEqual(read(['--vault-lock-days', '7', '--vault-lock-mode', 'governance']).vaultLock, {
    days: 7,
    mode: 'governance',
  })
  assert.equal(read([]).vaultLock, null)
  for (const [args, environment] of [
    [['--aws-secret-access-key', 'hunter2'], {}],
    [['--vault-lock-days', '0'], {}],
    [['--vault-lock-mode', 'sometimes'], {}],
  ] as const)
    assert.throws(
      () => readConfiguration(args, environment),
      (error) => isAppError(error) && !error.message.includes('hunter2'),
    )
})
