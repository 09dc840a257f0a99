import type { TaskKind } from '../../../contract/index.ts'
import type { TaskDefinition } from '../context.ts'
import { addWorkloads } from './add-workloads.ts'
import { cleanExit } from './clean-exit.ts'
import { grantOptional } from './grant-optional.ts'
import { grantRestore } from './grant-restore.ts'
import { repair } from './repair.ts'
import { revokeRestore } from './revoke-restore.ts'
import { upgradeCertificate } from './upgrade-certificate.ts'

export const taskKinds: Readonly<Record<TaskKind, TaskDefinition>> = {
  'add-workloads': addWorkloads,
  'grant-optional': grantOptional,
  'grant-restore': grantRestore,
  'revoke-restore': revokeRestore,
  'upgrade-certificate': upgradeCertificate,
  repair,
  'clean-exit': cleanExit,
}
