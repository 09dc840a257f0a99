import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { AccessToken } from '../../contract/index.ts'
import { createApiClient } from '../client.ts'
import { type CommonOptions, serverAddress, withCommonOptions } from '../command.ts'
import { credentialsPath, storeCredentials } from '../credentials-file.ts'
import { fail } from '../errors.ts'
import { ask, note, printJson } from '../terminal.ts'

interface LoginOptions extends CommonOptions {
  readonly user?: string
  readonly passwordFile?: string
}

export function registerLogin(program: Command): void {
  withCommonOptions(program.command('login'))
    .description('sign in; an expiring token is kept in a file that only you can read')
    .option('--user <name>', 'user name of the operator (or BDRCLOUD_USER)')
    .option('--password-file <path>', 'file with the password, - for standard input (or BDRCLOUD_PASSWORD)')
    .action(async (options: LoginOptions) => {
      const server = await serverAddress(options)
      refuseUnencrypted(server)
      const userName = options.user ?? process.env['BDRCLOUD_USER'] ?? (await ask('User name', '--user'))
      const password = await readPassword(options)
      const answer = await createApiClient(server, null).post<AccessToken>('/session/token', {
        userName,
        password,
      })
      await storeCredentials(credentialsPath(), server, { token: answer.token, expiresAt: answer.expiresAt })
      if (options.json) printJson({ server, operator: answer.operator, expiresAt: answer.expiresAt })
      else note(`Signed in to ${server} as ${answer.operator.userName} until ${answer.expiresAt}.`)
    })
}

function refuseUnencrypted(server: string): void {
  const { protocol, hostname } = new URL(server)
  const local = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
  if (protocol !== 'https:' && !local) throw fail('CLI_UNENCRYPTED_ADDRESS', { server })
}

async function readPassword(options: LoginOptions): Promise<string> {
  if (options.passwordFile === undefined)
    return process.env['BDRCLOUD_PASSWORD'] ?? ask('Password', '--password-file', { hidden: true })
  const text = await readFile(options.passwordFile === '-' ? '/dev/stdin' : options.passwordFile, 'utf8')
  return text.replace(/\r?\n$/, '')
}
