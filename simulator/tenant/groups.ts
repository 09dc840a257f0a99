/** The tenant's groups: one a department, everybody, and one that holds other groups. */
import { seededGuid } from './random.ts'
import type { User } from './users.ts'

export type Group = {
  readonly id: string
  displayName: string
  readonly mail: string | null
  /** A Microsoft 365 group with a mailbox of its own; the others are security groups. */
  readonly unified: boolean
  /** It has a team of Microsoft Teams. */
  readonly team: boolean
  readonly createdDateTime: string
  /** Object ids of users and of groups. */
  members: string[]
}

/** All groups; the same people give the same groups. */
export function createGroups(seed: number, domain: string, users: readonly User[]): Group[] {
  const group = (displayName: string, members: string[], unified: boolean, team = false): Group => ({
    id: seededGuid(seed, `group:${displayName}`),
    displayName,
    mail: unified ? `${displayName.toLowerCase().replaceAll(' ', '.')}@${domain}` : null,
    unified,
    team,
    createdDateTime: '2021-04-01T08:00:00Z',
    members,
  })
  const withMailbox = users.filter(({ hasMailbox }) => hasMailbox)
  const departments = [...new Set(withMailbox.flatMap(({ department }) => department ?? []))].sort()
  const byDepartment = departments.map((department) =>
    group(
      department,
      withMailbox.filter((user) => user.department === department).map(({ id }) => id),
      false,
    ),
  )
  return [
    group(
      'All Staff',
      withMailbox.filter(({ mailboxKind }) => mailboxKind === 'user').map(({ id }) => id),
      true,
      true,
    ),
    ...byDepartment,
    group(
      'Headquarters',
      byDepartment.slice(0, 2).map(({ id }) => id),
      false,
    ),
  ]
}

/** Ids of the users in a group, those in groups within it included. */
export function transitiveUsers(groups: readonly Group[], users: readonly User[], id: string): string[] {
  const found = new Set<string>()
  const seen = new Set<string>()
  const visit = (groupId: string): void => {
    const group = groups.find((one) => one.id === groupId)
    if (group === undefined || seen.has(groupId)) return
    seen.add(groupId)
    for (const member of group.members) {
      if (users.some((user) => user.id === member)) found.add(member)
      else visit(member)
    }
  }
  visit(id)
  return [...found]
}
