/** `bdrcloud repo serve`: a repository for stock restic, from the command line and without a server. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { root } from '../../scripts/run.ts'
import { createCertificates } from '../../simulator/certificates.ts'
import { backUp, filesOf } from '../repository/material.ts'
import { localRepository, resticOn, resticUntil, scratchFolder } from '../repository/support.ts'

interface Line {
  readonly message_type: string
  readonly address?: string
  readonly status?: number
}

function bdrcloud(context: TestContext, args: readonly string[], variables: Record<string, string> = {}) {
  const environment: NodeJS.ProcessEnv = { ...process.env, ...variables }
  const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), 'repo', 'serve', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
  })
  context.after(() => child.kill('SIGKILL'))
  return child
}

/** The lines that it prints, and its address once it serves. */
async function ready(child: ChildProcess): Promise<{ address: string; lines: Line[] }> {
  const lines: Line[] = []
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  child.once('exit', () => reject(new Error('it ended')))
  if (!child.stdout) throw new Error('no output')
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line
    lines.push(line)
    if (line.message_type === 'ready' && line.address) resolve(line.address)
  })
  return { address: await promise, lines }
}

test('stock restic reads what is served, is refused to write, and the server ends in peace', async (context) => {
  const { folder, repository } = await localRepository(context)
  const id = await backUp(repository, filesOf(1))
  const secrets = await scratchFolder(context)
  await writeFile(join(secrets, 'password'), 'very secret\n')
  const user = ['--user', 'customer', '--user-password-file', join(secrets, 'password')]
  const child = bdrcloud(context, ['-r', folder, '--listen', '127.0.0.1:0', '--json', ...user])
  const { address, lines } = await ready(child)
  const location = (password: string) =>
    `rest:${address.replace('//', `//customer:${encodeURIComponent(password)}@`)}`
  assert.match(await resticOn(location('very secret'))('snapshots', '--json'), new RegExp(id))
  await resticOn(location('very secret'))('check', '--read-data')
  await assert.rejects(resticOn(location('wrong'))('snapshots'))
  const isRefused = () => lines.some(({ status }) => status === 403)
  assert.ok(await resticUntil(location('very secret'), ['backup', secrets], isRefused))
  assert.ok(isRefused())
  assert.doesNotMatch(JSON.stringify(lines), /secret/)
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  assert.deepEqual(await ended, [0, null])
})

test('it serves https with a certificate, and says what it lacks otherwise', async (context) => {
  const { folder, repository } = await localRepository(context)
  await backUp(repository, filesOf(1))
  const certificates = await scratchFolder(context)
  const { caPath, certificate, key } = await createCertificates(certificates)
  const [certificateFile, keyFile] = [join(certificates, 'server.pem'), join(certificates, 'key.pem')]
  await writeFile(certificateFile, certificate)
  await writeFile(keyFile, key)
  const open = ['-r', folder, '--no-auth', '--json']
  const tls = ['--tls-cert', certificateFile, '--tls-key', keyFile]
  const { address } = await ready(bdrcloud(context, [...open, '--listen', '127.0.0.1:0', ...tls]))
  assert.match(address, /^https:/)
  await resticOn(`rest:${address}`)('--cacert', caPath, 'snapshots')
  for (const [args, words] of [
    [[...open, '--listen', '0.0.0.0:0'], /everybody in the network/],
    [['-r', folder, '--listen', '127.0.0.1:0'], /no user and password/],
    [[...open, '--listen', 'nowhere'], /no address and port/],
    [[...open, '--mode', 'sometimes'], /no mode “sometimes”/],
    [[...open, '--tls-cert', certificateFile], /no use without the other/],
  ] as const) {
    const child = bdrcloud(context, args)
    let text = ''
    child.stderr.on('data', (data: Buffer) => {
      text += data.toString()
    })
    const [code] = await once(child, 'close')
    assert.equal(code, 2, text)
    assert.match(text, words)
  }
})
