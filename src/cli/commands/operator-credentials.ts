/** Name and password of an operator, and the token they are exchanged for. */
import type { AccessToken } from '../../contract/index.ts'
import { createApiClient } from '../client.ts'
import { credentialsPath, storeCredentials } from '../credentials-file.ts'
import { fail } from '../errors.ts'
import { readSecretFile } from '../files.ts'
import { ask } from '../terminal.ts'

export interface OperatorOptions {
  readonly user?: string
  readonly passwordFile?: string
}

interface OperatorCredentials {
  readonly userName: string
  readonly password: string
}

/** From flags, else the environment, else the terminal. @throws CLI_NO_TERMINAL, CLI_BAD_INPUT */
export async function operatorCredentials(options: OperatorOptions): Promise<OperatorCredentials> {
  const userName = options.user ?? process.env['BDRCLOUD_USER'] ?? (await ask('User name', '--user'))
  const password =
    options.passwordFile === undefined
      ? (process.env['BDRCLOUD_PASSWORD'] ?? (await ask('Password', '--password-file', { hidden: true })))
      : await readSecretFile(options.passwordFile)
  return { userName, password }
}

/** @throws CLI_UNENCRYPTED_ADDRESS */
export function refuseUnencrypted(server: string): void {
  const { protocol, hostname } = new URL(server)
  const local = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
  if (protocol !== 'https:' && !local) throw fail('CLI_UNENCRYPTED_ADDRESS', { server })
}

/** Signs in and keeps the token. */
export async function signIn(server: string, credentials: OperatorCredentials): Promise<AccessToken> {
  const answer = await createApiClient(server, null).post<AccessToken>('/session/token', credentials)
  await storeCredentials(credentialsPath(), server, { token: answer.token, expiresAt: answer.expiresAt })
  return answer
}
