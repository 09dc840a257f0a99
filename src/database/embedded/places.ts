/** Where the embedded PostgreSQL keeps its data, its programs and its socket. */
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { type Account, canEnter, giveTo } from './account.ts'

const systemHome = '/var/lib/bdrcloud'
const socketName = '/.s.PGSQL.5432'
/** `sun_path` of Linux has 108 bytes with the closing zero, that of macOS 104. */
const longestSocketPath = process.platform === 'linux' ? 107 : 103
const temporaryPrefix = 'bdrcloud-socket-'

/**
 * The folder that holds PostgreSQL's own folders: the server's data folder, unless the account that runs PostgreSQL cannot enter
 * it (root's home, for one); then one of its own beneath /var/lib/bdrcloud, named after the data folder.
 */
export function postgresHome(dataDirectory: string, account: Account | null): string {
  // Only the folder itself is private: a private one on the way would keep the account out.
  mkdirSync(dirname(dataDirectory), { recursive: true })
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
  const folder = realpathSync(dataDirectory)
  if (!account) return folder
  for (const place of [...ownTemporaryFolders(folder), folder]) letPass(place, account)
  if (canEnter(account, folder)) return folder
  const home = join(systemHome, 'elsewhere', createHash('sha256').update(folder).digest('hex').slice(0, 16))
  mkdirSync(home, { recursive: true, mode: 0o711 })
  for (let place = home; place !== dirname(systemHome); place = dirname(place)) letPass(place, account)
  return home
}

/** Folders above, beneath the system's temporary folder: made for the occasion, private by habit, and gone with what they hold. */
function ownTemporaryFolders(folder: string): string[] {
  const temporary = realpathSync(tmpdir())
  const parent = dirname(folder)
  return parent.startsWith(`${temporary}${sep}`) ? [...ownTemporaryFolders(parent), parent] : []
}

/** Lets the account pass through our own folder (not list it), so that it reaches its folder beneath. */
function letPass(folder: string, account: Account): void {
  const { uid, gid, mode } = statSync(folder)
  const passes = (gid === account.gid && (mode & 0o010) !== 0) || (mode & 0o001) !== 0
  if (uid !== 0 || passes) return
  const groupIsInUse = (mode & 0o070) !== 0
  if (!groupIsInUse) chownSync(folder, 0, account.gid)
  chmodSync(folder, mode | (groupIsInUse ? 0o001 : 0o010))
}

/** Makes a folder that only the account may enter. */
export function makePrivateFolder(folder: string, account: Account | null): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  giveTo(account, folder)
  return folder
}

/** The socket's folder: beside the data, or a short one under the temporary folder when that path would be too long. */
export function makeSocketFolder(beside: string, account: Account | null): string {
  const folder = join(beside, 'socket')
  if (Buffer.byteLength(folder + socketName) <= longestSocketPath) return makePrivateFolder(folder, account)
  const short = mkdtempSync(join(shortTemporaryFolder(), temporaryPrefix))
  return makePrivateFolder(short, account)
}

function shortTemporaryFolder(): string {
  const told = tmpdir()
  return Buffer.byteLength(told) > 60 ? '/tmp' : told
}

/** True for a folder that `makeSocketFolder` made under the temporary folder. */
export function isTemporarySocketFolder(folder: string): boolean {
  return folder.startsWith(join(shortTemporaryFolder(), temporaryPrefix))
}
