import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../../scripts/run.ts'
import {
  cloudTable,
  permissionCatalogue,
  permissionsFor,
  workloadIds,
  workloadPermissions,
} from '../../src/microsoft/index.ts'

const published = join(root, '..', 'shared', 'data', 'graph-app-permissions.json')

test('names and ids of the catalogue are those that Microsoft publishes', {
  skip: existsSync(published) ? false : "Microsoft's published list is not at hand",
}, () => {
  const { applicationRoles } = JSON.parse(readFileSync(published, 'utf8')) as {
    applicationRoles: Record<string, string>
  }
  for (const { value, fallbackId } of permissionCatalogue)
    assert.equal(applicationRoles[value], fallbackId, value)
})

test('each permission has one row and one sentence, and none lets the application raise its own rights', () => {
  const values = permissionCatalogue.map(({ value }) => value)
  assert.equal(new Set(values).size, values.length)
  for (const { value, why } of permissionCatalogue) {
    assert.match(why, /^[A-Z].{20,}\.$/, value)
    assert.doesNotMatch(value, /^(AppRoleAssignment|Application|RoleManagement|Directory\.ReadWrite)/)
  }
})

test('every workload has what it reads by in every cloud, and what it writes by only with restore rights', () => {
  for (const cloud of cloudTable) {
    for (const workload of workloadIds) {
      const { read, write } = workloadPermissions(workload)
      assert.ok(read.length > 0)
      const values = (restore: boolean) =>
        permissionsFor({ cloud, workloads: [workload], restore }).map(({ value }) => value)
      for (const { value } of read) assert.ok(values(false).includes(value))
      for (const { value } of write) {
        assert.ok(!values(false).includes(value))
        assert.ok(values(true).includes(value))
      }
    }
  }
})
