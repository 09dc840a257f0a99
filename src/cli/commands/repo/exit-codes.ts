/** Exit codes of the `repo` commands; those from 3 on are restic's. */
export const exitCodes = {
  failed: 1,
  badInput: 2,
  /** A backup that could not read everything. */
  incomplete: 3,
  missing: 10,
  locked: 11,
  wrongPassword: 12,
  cancelled: 130,
} as const

export const exitCodesHelp = `
Exit codes: 0 done, 1 failed, 2 wrong input, 3 some files could not be read (backup),
10 no repository there, 11 locked, 12 wrong password, 130 cancelled.`

/** Other errors end with `badInput` when the user can mend them, else with `failed`. */
export const codesByError: Readonly<Record<string, number>> = {
  STO_REPOSITORY_MISSING: exitCodes.missing,
  STO_LOCKED: exitCodes.locked,
  STO_LOCK_UNREADABLE: exitCodes.locked,
  STO_WRONG_PASSWORD: exitCodes.wrongPassword,
}
