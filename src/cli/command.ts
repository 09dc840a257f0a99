/** What every command shares: `--server`, `--json`, the signed-in client, errors with their remedy, exit codes. */
import type { Command } from 'commander'
import { isAppError } from '../errors/index.ts'
import { type ApiClient, createApiClient } from './client.ts'
import { refuseUnencrypted } from './commands/operator-credentials.ts'
import { credentialsPath, readCredentials } from './credentials-file.ts'
import { fail } from './errors.ts'
import { readSecretFile } from './files.ts'
import { errorJson, errorLines } from './problem-error.ts'
import { printJson } from './terminal.ts'

export interface CommonOptions {
  readonly server?: string
  readonly json?: boolean
}

export const defaultServer = 'http://localhost:8080'

/** Adds the flags that every command has. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--server <address>', 'address of the server (default: the one of the last login)')
    .option('--json', 'print the result as JSON')
}

/** The server to talk to: flag, environment, last login, default. */
export async function serverAddress(options: CommonOptions): Promise<string> {
  const credentials = await readCredentials(credentialsPath())
  const address = options.server ?? process.env['BDRCLOUD_SERVER'] ?? credentials.current ?? defaultServer
  try {
    return new URL(address).origin
  } catch {
    throw fail('CLI_BAD_INPUT', {
      what: `"${address}" is not an address.`,
      remedy: `Give it like ${defaultServer}.`,
    })
  }
}

/** A client with the token of the environment, of the file that it names, or of the last login. Throws `CLI_NOT_SIGNED_IN`. */
export async function signedInClient(options: CommonOptions): Promise<ApiClient> {
  const server = await serverAddress(options)
  const given = await givenToken()
  if (given !== undefined) refuseUnencrypted(server)
  const token = given ?? (await readCredentials(credentialsPath())).servers[server]?.token
  if (!token) throw fail('CLI_NOT_SIGNED_IN', { server })
  return createApiClient(server, token)
}

/** Never an argument: other users of the machine see those. */
async function givenToken(): Promise<string | undefined> {
  const { BDRCLOUD_TOKEN: token, BDRCLOUD_TOKEN_FILE: file } = process.env
  return token || (file ? (await readSecretFile(file)).trim() : undefined)
}

/** Prints an error as a person or a script expects it, and sets the exit code: 2 for wrong input, 1 otherwise. */
export function reportError(error: unknown, json: boolean): void {
  if (isAppError(error)) {
    if (json) printJson({ error: errorJson(error) })
    process.stderr.write(`${errorLines(error).join('\n')}\n`)
    process.exitCode = error.kind === 'user' ? 2 : 1
    return
  }
  process.stderr.write(
    `Unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exitCode = 1
}
