import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../../scripts/run.ts'
import {
  cloudTable,
  offeredRole,
  optionalPermissions,
  permissionCatalogue,
  permissionsFor,
  shortages,
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
      // Where the cloud lacks the workload nothing of it is granted.
      if (shortages({ cloud, workloads: [workload] }).length > 0) {
        assert.deepEqual(permissionsFor({ cloud, workloads: [workload], restore: true }), [])
        assert.deepEqual([cloud.id, workload], ['china', 'todo'])
        continue
      }
      const own = workloadPermissions(workload)
      const read = own.filter(({ access }) => access === 'read')
      const write = own.filter(({ access }) => access === 'write')
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

const [global] = cloudTable
assert.ok(global)
const mail = { cloud: global, workloads: ['mail'] } as const
const values = (restore: boolean, notOffered: string[]) =>
  permissionsFor({ ...mail, restore, notOffered }).map(({ value }) => value)

test('without what it writes by a workload is backed up all the same; without what it reads by nothing of it is granted', () => {
  assert.deepEqual(values(true, ['Mail.ReadWrite']), ['User.Read.All', 'Mail.Read'])
  assert.deepEqual(values(true, ['Mail.Read']), [])
  assert.deepEqual(values(true, ['User.Read.All']), [])
  assert.deepEqual(shortages({ ...mail, notOffered: ['Mail.ReadWrite'] }), [
    { workload: 'mail', access: 'write', permissions: ['Mail.ReadWrite'] },
  ])
  assert.deepEqual(shortages({ ...mail, notOffered: ['Mail.ReadWrite', 'User.Read.All'] }), [
    { workload: 'mail', access: 'read', permissions: ['User.Read.All'] },
  ])
})

test('what is optional is never asked for with a workload, and its absence takes nothing away', () => {
  const optional = optionalPermissions(workloadIds).map(({ value }) => value)
  assert.deepEqual(optional, ['GroupMember.Read.All', 'MailboxSettings.Read', 'MailboxSettings.ReadWrite'])
  for (const value of optional) assert.ok(!values(true, []).includes(value))
  assert.deepEqual(values(true, optional), values(true, []))
  assert.deepEqual(shortages({ ...mail, notOffered: optional }), [])
  assert.deepEqual(
    optionalPermissions(['todo']).map(({ value }) => value),
    ['GroupMember.Read.All'],
  )
  assert.deepEqual(optionalPermissions([]), [])
})

test('a permission is found by its name, by its id under another name, and by its id alone where nothing is listed', () => {
  const known = permissionCatalogue.find(({ value }) => value === 'Mail.Read')?.fallbackId ?? ''
  const listed = (...roles: { id: string; value: string }[]) => ({
    appRoles: new Map(roles.map((role) => [role.value, role])),
  })
  const own = { id: 'an id of this cloud', value: 'Mail.Read' }
  assert.equal(offeredRole(listed(own, { id: known, value: 'Other' }), 'Mail.Read')?.id, own.id)
  assert.equal(offeredRole(listed({ id: known, value: 'Other' }), 'Mail.Read')?.id, known)
  assert.equal(offeredRole(listed(), 'Mail.Read')?.id, known)
  assert.equal(offeredRole(listed({ id: 'x', value: 'Other' }), 'Mail.Read'), undefined)
})
