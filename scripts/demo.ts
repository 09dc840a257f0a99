/** `npm run demo`: the server with its own PostgreSQL and a simulated Microsoft 365 tenant, ready to be tried. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setUpOperator } from './demo/api.ts'
import { type ReadyChild, startReadyChild } from './demo/child.ts'
import { doMainJob } from './demo/main-job.ts'
import { type DemoOptions, readDemoOptions, usage } from './demo/options.ts'
import type { TenantReady } from './demo/tenant.ts'
import { root, run } from './run.ts'

const userName = 'demo'

/** Of everything that a tenant has as much as a first run takes in a minute or two. */
const demoTenant = ['--mails', '150', '--events', '16', '--contacts', '12', '--tasks', '8', '--files', '12']

interface ServerReady {
  readonly ready: true
  readonly address: string
  readonly setupLink: string | null
}

async function main(options: DemoOptions): Promise<number> {
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const folder = options.keep ? resolve(options.keep) : await mkdtemp(join(tmpdir(), 'bdrcloud-demo-'))
  await mkdir(folder, { recursive: true })
  const children: ReadyChild<{ ready: true }>[] = []
  let interrupt: () => void = () => {}
  const interrupted = new Promise<void>((done) => {
    interrupt = done
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupt)
  try {
    if (!options.once && (await run(process.execPath, [join(root, 'scripts/build-console.ts')])) !== 0)
      return 1
    say('Starting the simulated Microsoft 365 tenant …')
    const tenant = await startReadyChild<TenantReady>(
      join(root, 'simulator/main.ts'),
      [
        '--port',
        String(options.simulatorPort),
        '--with-app',
        ...demoTenant,
        ...defaultCorpus(options.simulatorFlags),
        ...options.simulatorFlags,
      ],
      { log: join(folder, 'simulator.log') },
    )
    children.push(tenant)
    const clouds = join(folder, 'clouds.json')
    await writeFile(
      clouds,
      JSON.stringify({
        global: {
          loginAuthority: tenant.ready.clouds.global.login,
          graphRoot: tenant.ready.clouds.global.graph,
          certificateAuthorityFile: tenant.ready.clouds.global.ca,
        },
      }),
    )
    say('Starting the server …')
    const server = await startReadyChild<ServerReady>(
      join(root, 'src/main.ts'),
      ['--json', '--port', String(options.port), '--data', join(folder, 'data'), '--clouds', clouds],
      { log: join(folder, 'server.log') },
    )
    children.push(server)
    const token = new URLSearchParams(new URL(server.ready.setupLink ?? 'http://x/').hash.slice(1)).get(
      'token',
    )
    if (token === null)
      throw new Error(`${folder} holds a server that was set up already: give another folder to --keep`)
    const password = randomBytes(12).toString('base64url')
    const session = await setUpOperator(server.ready.address, { token, userName, password })
    if (!options.once) {
      announce(server.ready.address, password, tenant.ready)
      await interrupted
      return 0
    }
    const result = await Promise.race([
      doMainJob(session, tenant.ready, password, say),
      interrupted.then(() => {
        throw new Error('interrupted')
      }),
    ])
    process.stdout.write(
      options.json ? `${JSON.stringify(result)}\n` : `${JSON.stringify(result, null, 2)}\n`,
    )
    return result.ok ? 0 : 1
  } finally {
    for (const child of children.reverse()) await child.stop()
    if (!options.keep) await rm(folder, { recursive: true, force: true })
  }
}

/** Where the project lies beside a folder with a corpus of real mails, the tenant is filled with them. */
function defaultCorpus(flags: readonly string[]): string[] {
  const corpus = join(root, '..', 'shared', 'corpus')
  return flags.includes('--corpus') || !existsSync(join(corpus, 'mail')) ? [] : ['--corpus', corpus]
}

function announce(address: string, password: string, tenant: TenantReady): void {
  const people = tenant.personas.map(
    (one) => `    ${one.upn.padEnd(44)} ${one.password.padEnd(20)} ${one.role}`,
  )
  process.stdout.write(
    [
      '',
      `  Console:   ${address}`,
      `  Sign in:   ${userName} / ${password}`,
      '',
      "  Then: 'SaaS Applications' → 'Data Source' → 'Add Microsoft 365 organization'.",
      '  Accounts of the simulated tenant:',
      ...people,
      '',
      '  Ctrl-C ends everything.',
      '',
      '',
    ].join('\n'),
  )
}

try {
  const options = readDemoOptions(process.argv.slice(2))
  if (options === 'help') process.stdout.write(usage)
  else
    process.exitCode = await main(options).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error)
      process.stderr.write(`The demo failed: ${message}\n`)
      if (options.once) process.stdout.write(`${JSON.stringify({ ok: false, error: message })}\n`)
      return 1
    })
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  process.exitCode = 2
}
