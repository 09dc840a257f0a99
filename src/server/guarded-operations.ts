/** What needs a second operator while the two-person rule is on: one table, and nothing else in the product asks for it. */
import type { TwoPersonRule } from '../contract/index.ts'
import { weakens } from '../security/index.ts'

/** Tells by the request's body whether it counts. */
export type GuardedWhen = (body: Readonly<Record<string, unknown>>, rule: TwoPersonRule) => boolean

const always: GuardedWhen = () => true
const makesOwner: GuardedWhen = ({ role }) => role === 'owner'

export const guardedOperations: Readonly<Record<string, GuardedWhen>> = {
  // Deleting backups.
  deleteBackups: always,
  shortenRetention: always,
  removeOrganization: ({ deleteBackupsOf }) => deleteBackupsOf !== undefined,
  // What opens backups without this server.
  getRecoveryKit: always,
  revealRepositoryPassword: always,
  // The rule itself, and ways to get a second owner under one's own hand, or rid of the others.
  setTwoPersonRule: (body, rule) => weakens(rule, body),
  inviteOperator: makesOwner,
  changeOperator: ({ role, disabled }) => role !== undefined || disabled !== undefined,
  createOperatorLink: always,
  removeOperator: always,
  removeSecondFactors: always,
  // Whoever names the provider names who is an owner.
  saveSingleSignOn: always,
}
