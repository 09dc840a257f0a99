import type { Server } from 'node:http'
import type { Command } from 'commander'
import { createRestServer, type RestMode } from '../../../repository/index.ts'
import { fail } from '../../errors.ts'
import { note } from '../../terminal.ts'
import { chosenBackend, type RepositoryOptions, withRepositoryOptions } from './repository-options.ts'
import { printLine, runCommand } from './run-command.ts'
import { textOf } from './text-file.ts'

interface ServeOptions extends RepositoryOptions {
  readonly listen: string
  readonly mode: string
  readonly user?: string
  readonly userPasswordFile?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly auth: boolean
}

const modes: readonly RestMode[] = ['read-only', 'append-only', 'full']

export function registerRepoServe(repo: Command): void {
  withRepositoryOptions(repo.command('serve'))
    .description("serve the repository by restic's REST protocol; its own password is not needed")
    .option('--listen <address>', 'address and port to listen on; port 0 takes a free one', '127.0.0.1:8000')
    .option('--mode <mode>', 'read-only (but for locks), append-only or full', 'read-only')
    .option('--user <name>', 'user name that clients need (or RESTIC_REST_SERVER_USERNAME)')
    .option('--user-password-file <file>', 'file with its password (or it is in RESTIC_REST_SERVER_PASSWORD)')
    .option('--tls-cert <file>', 'certificate chain (PEM) to serve https with')
    .option('--tls-key <file>', 'its private key (PEM)')
    .option('--no-auth', 'serve everybody who can reach it')
    .addHelpText(
      'after',
      `
Clients then say: restic -r rest:http://USER:PASSWORD@ADDRESS:PORT/ …
Other addresses than those of this machine need --tls-cert and --tls-key.`,
    )
    .action((options: ServeOptions) => runCommand(options, (signal) => serve(options, signal)))
}

async function serve(options: ServeOptions, signal: AbortSignal): Promise<void> {
  const mode = modes.find((one) => one === options.mode)
  if (!mode) throw badInput(`There is no mode “${options.mode}”.`, `Choose one of ${modes.join(', ')}.`)
  const { host, port } = addressOf(options.listen)
  const tls = tlsOf(options)
  if (!tls && !isLoopback(host))
    throw badInput(
      `On ${host} everybody in the network could read passwords on their way.`,
      'Give --tls-cert and --tls-key, or listen on 127.0.0.1 with a proxy in front.',
    )
  const credentials = options.auth ? credentialsOf(options) : undefined
  const backend = await chosenBackend(options)
  try {
    const server = createRestServer(backend, {
      mode,
      ...(credentials ? { credentials } : {}),
      ...(tls ? { tls } : {}),
      onAccess: ({ method, target, status, complete, error }) => {
        if (options.json) printLine({ message_type: 'access', method, target, status, complete })
        else if (!options.quiet) note(`${method} ${target} ${status}${complete ? '' : ' (broken off)'}`)
        if (error && !options.json) note(`  ${error.message}`)
      },
    })
    const address = await listening(server, host, port)
    const url = `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${address}/`
    if (options.json) printLine({ message_type: 'ready', address: url, mode })
    else note(`Serving at ${url} (${mode}); Ctrl-C ends it.`)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    await closed(server)
  } finally {
    await backend.close()
  }
}

function addressOf(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-f:]+)\]|([^:]*)):(\d{1,5})$/i.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === undefined || Number(port) > 65_535)
    throw badInput(`“${text}” is no address and port.`, 'Give it like 127.0.0.1:8000 or [::1]:8000.')
  return { host: host === '' ? '0.0.0.0' : host, port: Number(port) }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function tlsOf({ tlsCert, tlsKey }: ServeOptions) {
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (tlsCert === undefined || tlsKey === undefined)
    throw badInput('One of --tls-cert and --tls-key is of no use without the other.', 'Give both.')
  return { certificate: textOf(tlsCert), key: textOf(tlsKey) }
}

function credentialsOf(options: ServeOptions) {
  const { env } = process
  const user = options.user ?? env['RESTIC_REST_SERVER_USERNAME']
  const password =
    options.userPasswordFile === undefined
      ? env['RESTIC_REST_SERVER_PASSWORD']
      : textOf(options.userPasswordFile).trim()
  if (!user || !password)
    throw badInput(
      'Clients would need no user and password.',
      'Give --user and --user-password-file, or say --no-auth.',
    )
  if (user.includes(':')) throw badInput('A user name cannot hold a colon.', 'Choose another one.')
  return { user, password }
}

async function listening(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host, port }, resolve)
  try {
    await promise
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
    throw badInput(
      `Nothing can listen on ${host}, port ${port} (${reason}).`,
      'Choose another address or port.',
    )
  }
  const address = server.address()
  return typeof address === 'object' && address ? address.port : port
}

/** Lets answers under way end for a moment. */
async function closed(server: Server): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), 3000)
  await done
  clearTimeout(timer)
}

function badInput(what: string, remedy: string): Error {
  return fail('CLI_BAD_INPUT', { what, remedy })
}
