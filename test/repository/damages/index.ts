/**
 * One deliberate damage for everything the strict validator can say, and what stock restic's `check --read-data` makes of it. The
 * tests plant each of them and run both; `docs/validator.md` is made of this list.
 */
import { fileDamages } from './file-damages.ts'
import type { Damage } from './lab.ts'
import { packDamages } from './pack-damages.ts'
import { treeDamages } from './tree-damages.ts'

export type { Damage, Lab } from './lab.ts'

export const damages: readonly Damage[] = [...treeDamages, ...packDamages, ...fileDamages]
