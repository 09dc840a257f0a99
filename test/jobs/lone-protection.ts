/** Protection settings of an organization for which nothing is asked of Microsoft. */
import assert from 'node:assert/strict'
import type { Database } from '../../src/database/index.ts'
import { createProtection, type Protection } from '../../src/organizations/index.ts'
import { type Clock, silentLogger } from '../../src/shared/index.ts'

export function loneProtection(db: Database, clock: Clock): Protection {
  const refused = async () => assert.fail('not asked')
  return createProtection({
    db,
    organizations: {
      get: async () => ({ workloads: ['mail'] }) as never,
      requireActive: async () => ({}) as never,
      access: refused,
      edit: refused,
    },
    clock,
    logger: silentLogger,
    checkExclusions: () => {},
  })
}
