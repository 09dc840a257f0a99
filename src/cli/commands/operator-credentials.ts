/** Name, password and second step of an operator, and the token they are exchanged for. */
import type { AccessToken, SecondStepNeeded } from '../../contract/index.ts'
import { createApiClient } from '../client.ts'
import { credentialsPath, storeCredentials } from '../credentials-file.ts'
import { fail } from '../errors.ts'
import { readSecretFile } from '../files.ts'
import { ask } from '../terminal.ts'

export interface OperatorOptions {
  readonly user?: string
  readonly passwordFile?: string
  readonly codeFile?: string
}

interface OperatorCredentials {
  readonly userName: string
  readonly password: string
}

interface SignInSecrets extends OperatorCredentials {
  /** Asked for only where the server wants a second step. */
  readonly code: () => Promise<string>
}

/** From flags, else the environment, else the terminal. @throws CLI_NO_TERMINAL, CLI_BAD_INPUT */
export async function operatorCredentials(
  options: OperatorOptions & { readonly password?: string },
): Promise<OperatorCredentials> {
  const userName = options.user ?? process.env['BDRCLOUD_USER'] ?? (await ask('User name', '--user'))
  if (options.password !== undefined) return { userName, password: options.password }
  const password =
    options.passwordFile === undefined
      ? (process.env['BDRCLOUD_PASSWORD'] ?? (await ask('Password', '--password-file', { hidden: true })))
      : await readSecretFile(options.passwordFile)
  return { userName, password }
}

/** The same with the code of the second step. Where both come from standard input, the password is its first line. */
export async function signInSecrets(options: OperatorOptions): Promise<SignInSecrets> {
  const { passwordFile, codeFile } = options
  if (passwordFile === '-' && codeFile === '-') {
    const [password = '', code = ''] = (await readSecretFile('-')).split(/\r?\n/)
    return { ...(await operatorCredentials({ ...options, password })), code: async () => code }
  }
  return { ...(await operatorCredentials(options)), code: () => askCode(codeFile) }
}

/** A code of the authenticator app, or a recovery code: from a file, else the terminal. @throws CLI_NO_TERMINAL, CLI_BAD_INPUT */
export async function askCode(file: string | undefined): Promise<string> {
  if (file !== undefined) return (await readSecretFile(file)).trim()
  return (await ask('Code of your authenticator app, or a recovery code', '--code-file')).trim()
}

/** @throws CLI_UNENCRYPTED_ADDRESS */
export function refuseUnencrypted(server: string): void {
  const { protocol, hostname } = new URL(server)
  const local = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
  if (protocol !== 'https:' && !local) throw fail('CLI_UNENCRYPTED_ADDRESS', { server })
}

/** Signs in, with the second step where the server asks for one, and keeps the token. */
export async function signIn(
  server: string,
  credentials: OperatorCredentials,
  code: () => Promise<string> = () => askCode(undefined),
): Promise<AccessToken> {
  const { userName, password } = credentials
  const client = createApiClient(server, null)
  const first = await client.post<AccessToken | SecondStepNeeded>('/session/token', { userName, password })
  const answer =
    'secondStep' in first
      ? await client.post<AccessToken>('/session/token/second-step', {
          token: first.token,
          code: await code(),
        })
      : first
  await storeCredentials(credentialsPath(), server, { token: answer.token, expiresAt: answer.expiresAt })
  return answer
}
