import type { OperatorView } from '../contract/index.ts'

/** The name as it is compared: in one form, without regard to case. */
export function userNameKey(userName: string): string {
  return userName.normalize('NFKC').toLowerCase()
}

export function operatorView(row: {
  readonly id: string
  readonly user_name: string
  readonly display_name: string
  readonly role: OperatorView['role']
}): OperatorView {
  return { id: row.id, userName: row.user_name, displayName: row.display_name, role: row.role }
}
