/**
 * Which operating-system account runs PostgreSQL. It refuses to run as root, so a server that is root hands it to `bdrcloud`
 * if there is such a user, else to `nobody`.
 */
import { chownSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

export interface Account {
  readonly uid: number
  readonly gid: number
}

/** The account to switch to, or null when PostgreSQL may run as we do. */
export function postgresAccount(): Account | null {
  if (process.getuid?.() !== 0) return null
  const users = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }] as const),
  )
  return users.get('bdrcloud') ?? users.get('nobody') ?? { uid: 65534, gid: 65534 }
}

export function giveTo(account: Account | null, path: string): void {
  if (account) chownSync(path, account.uid, account.gid)
}

/** Whether the account can enter the folder and every folder above it, by their mode bits. */
export function canEnter(account: Account, folder: string): boolean {
  const { uid, gid, mode } = statSync(folder)
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
  const parent = dirname(folder)
  return (mode & bit) !== 0 && (parent === folder || canEnter(account, parent))
}
