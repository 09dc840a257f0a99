import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** Access tokens by server address, kept in one file that only its owner can read. */
interface CredentialsFile {
  readonly current: string | null
  readonly servers: Readonly<Record<string, { readonly token: string; readonly expiresAt: string }>>
}

const empty: CredentialsFile = { current: null, servers: {} }

/** Where the tokens are: `BDRCLOUD_CREDENTIALS`, else the user's configuration folder. */
export function credentialsPath(environment: NodeJS.ProcessEnv = process.env): string {
  return (
    environment['BDRCLOUD_CREDENTIALS'] ??
    join(environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'bdrcloud', 'credentials.json')
  )
}

/** Reads the file; a missing one is an empty one. */
export async function readCredentials(path: string): Promise<CredentialsFile> {
  try {
    return { ...empty, ...(JSON.parse(await readFile(path, 'utf8')) as CredentialsFile) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return empty
    throw error
  }
}

/** Stores (or with `null` forgets) the token of one server, and makes that server the current one. */
export async function storeCredentials(
  path: string,
  server: string,
  credentials: { token: string; expiresAt: string } | null,
): Promise<void> {
  const before = await readCredentials(path)
  const servers = { ...before.servers }
  if (credentials) servers[server] = credentials
  else delete servers[server]
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${process.pid}`
  await writeFile(temporary, `${JSON.stringify({ current: server, servers }, null, 2)}\n`, { mode: 0o600 })
  await chmod(temporary, 0o600)
  await rename(temporary, path)
}
