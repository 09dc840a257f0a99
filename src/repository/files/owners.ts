/** Names of users and groups by number and back, from `/etc/passwd` and `/etc/group`, as restic's static builds look them up. */
import { readFileSync } from 'node:fs'

export interface Owners {
  /** Empty when there is none. */
  userName(uid: number): string
  groupName(gid: number): string
}

export function readOwners(): Owners {
  const users = namesById('/etc/passwd')
  const groups = namesById('/etc/group')
  return { userName: (uid) => users.get(uid) ?? '', groupName: (gid) => groups.get(gid) ?? '' }
}

/** Lines like `name:password:id:…`; the first name of an id counts. */
function namesById(path: string): Map<number, string> {
  const names = new Map<number, string>()
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    // Windows has no such file, and some containers have none either.
    return names
  }
  for (const line of text.split('\n')) {
    const [name = '', , id = ''] = line.split(':')
    if (name !== '' && !name.startsWith('#') && /^\d+$/.test(id) && !names.has(Number(id))) {
      names.set(Number(id), name)
    }
  }
  return names
}
