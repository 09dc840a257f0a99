/**
 * A small Ceph with its S3 gateway: one monitor, one storage daemon in memory, one gateway, on free ports and in a scratch folder.
 * It ends with the test file that started it, even when that is killed. Needs root and Debian's packages.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const programs = ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph', 'ceph-authtool', 'monmaptool', 'radosgw-admin']

/** Why the server cannot be started here, as the reason of a skipped test. */
export const cephMissing: string | false =
  process.getuid?.() !== 0
    ? 'a Ceph server needs root'
    : programs.every((program) => existsSync(`/usr/bin/${program}`))
      ? false
      : 'Ceph is not installed'

export interface CephServer {
  /** `http://127.0.0.1:…` */
  readonly endpoint: string
  /** Of a user whose buckets are its own. */
  readonly credentials: Credentials
  /** A further user, who may use what the owner of a bucket allows. */
  addUser(name: string): Promise<Credentials>
}

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Starts the server for the rest of the test file; takes about 12 seconds. Call it in `before` or at the top of a file. */
export async function startCeph(): Promise<CephServer> {
  const children: ChildProcess[] = []
  const folders: string[] = []
  after(() => stop(children, folders))
  // A free port may be taken by another program before it is used: then once more with others.
  for (let attempt = 1; ; attempt++) {
    const folder = await mkdtemp(join(tmpdir(), 'ceph-test-'))
    folders.push(folder)
    try {
      return await start(folder, children)
    } catch (cause) {
      const outputs = ['mon', 'osd', 'rgw'].map((name) =>
        readFile(join(folder, `${name}.out`), 'utf8').catch(() => ''),
      )
      const text = (await Promise.all(outputs)).join('\n').slice(-3000)
      await stop(children, folders)
      if (attempt === 2) throw new Error(`Ceph does not start: ${text}`, { cause })
    }
  }
}

async function start(folder: string, children: ChildProcess[]): Promise<CephServer> {
  const [monitorPort, gatewayPort] = await freePorts(2)
  const cluster = randomUUID()
  const disk = randomUUID()
  const keyring = join(folder, 'keyring')
  const environment = { ...process.env, CEPH_CONF: join(folder, 'ceph.conf') }
  for (const name of ['mon', 'osd', 'run']) await mkdir(join(folder, name))
  await writeFile(join(folder, 'ceph.conf'), configuration(folder, cluster, monitorPort ?? 0))

  const run = async (program: string, args: readonly string[], input?: string): Promise<string> => {
    const running = promisify(execFile)(`/usr/bin/${program}`, args, { env: environment, timeout: 60_000 })
    if (input !== undefined) running.child.stdin?.end(input)
    return (await running).stdout
  }
  /** The kernel ends it when this process ends, however that happens. */
  const serve = async (name: string, program: string, args: readonly string[]): Promise<void> => {
    const guarded = ['--pdeathsig', 'KILL', `/usr/bin/${program}`, ...args, '-f']
    const child = spawn('/usr/bin/setpriv', guarded, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) =>
        appendFile(join(folder, `${name}.out`), data).catch(() => undefined),
      )
    children.push(child)
    await once(child, 'spawn')
  }

  await run('ceph-authtool', ['-C', keyring, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *'])
  const everything = ['mon', 'osd', 'mgr', 'mds'].flatMap((part) => ['--cap', part, 'allow *'])
  await run('ceph-authtool', [keyring, '--gen-key', '-n', 'client.admin', ...everything])
  const map = join(folder, 'monmap')
  await run('monmaptool', [
    '--create',
    '--addv',
    'a',
    `[v2:127.0.0.1:${monitorPort}]`,
    '--fsid',
    cluster,
    map,
  ])
  await run('ceph-mon', ['--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring])
  await serve('mon', 'ceph-mon', ['-i', 'a'])

  const secret = (await run('ceph-authtool', ['--gen-print-key'])).trim()
  await run('ceph', ['osd', 'new', disk, '0', '-i', '-'], JSON.stringify({ cephx_secret: secret }))
  await run('ceph-authtool', [keyring, '-n', 'osd.0', '--add-key', secret])
  await run('ceph-osd', ['-i', '0', '--mkfs', '--osd-uuid', disk])
  await serve('osd', 'ceph-osd', ['-i', '0'])

  const frontend = `--rgw-frontends=beast endpoint=127.0.0.1:${gatewayPort}`
  await serve('rgw', 'radosgw', ['-n', 'client.admin', frontend])
  const addUser = async (name: string): Promise<Credentials> => {
    const credentials = { accessKeyId: `${name}-access-key`, secretAccessKey: `${name}-secret-key` }
    const keys = [`--access-key=${credentials.accessKeyId}`, `--secret=${credentials.secretAccessKey}`]
    await run('radosgw-admin', ['user', 'create', `--uid=${name}`, `--display-name=${name}`, ...keys])
    return credentials
  }
  const credentials = await addUser('owner')

  const endpoint = `http://127.0.0.1:${gatewayPort}`
  for (let i = 0; i < 600; i++) {
    if (children.some(({ exitCode }) => exitCode !== null)) throw new Error('a daemon ended')
    const answers = await fetch(endpoint).then(
      () => true,
      () => false,
    )
    if (answers) return { endpoint, credentials, addUser }
    await sleep(100)
  }
  throw new Error('the gateway does not answer')
}

function configuration(folder: string, cluster: string, monitorPort: number): string {
  return `[global]
fsid = ${cluster}
mon host = [v2:127.0.0.1:${monitorPort}]
mon initial members = a
public addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = ${folder}/keyring
run dir = ${folder}/run
admin socket = ${folder}/run/$name.$pid.asok
log file = ${folder}/$name.log
mon cluster log file = ${folder}/cluster.log
mon data = ${folder}/mon
osd data = ${folder}/osd
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
mon allow pool size one = true
osd crush chooseleaf type = 0
osd objectstore = memstore
memstore device bytes = 2147483648
`
}

async function stop(children: ChildProcess[], folders: string[]): Promise<void> {
  for (const child of children.splice(0).toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true, maxRetries: 3 })
}

/** Held open together, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  return Promise.all(
    servers.map(async (server) => {
      if (!server.listening) await once(server, 'listening')
      const address = server.address()
      await new Promise((resolve) => server.close(resolve))
      return typeof address === 'object' && address ? address.port : 0
    }),
  )
}
