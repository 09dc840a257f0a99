import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type {
  MailboxView,
  MailItemView,
  OrganizationView,
  Page,
  RepositoryPassword,
  RunView,
} from '../../../src/contract/index.ts'
import { localBackend, openRepository, validateRepository } from '../../../src/repository/index.ts'
import {
  addOrganization,
  control,
  heldMails,
  operator,
  type Product,
  runEnded,
  startProduct,
} from '../../product.ts'

let product: Product
let organization: OrganizationView

before(async () => {
  product = await startProduct({ users: 4, mails: 60, latencyMilliseconds: 5 }, async () => ({
    ownPostgres: true,
  }))
  organization = await addOrganization(product)
})
after(() => product.stop())

test('a backup that is killed ten times goes on by itself, and stores every mail once', async () => {
  const started = await product.session.post<RunView>(`/organizations/${organization.id}/runs`)
  for (let kill = 1; kill <= 10; kill++) {
    // Later and later in the run: every kill finds it at another place.
    const before = product.simulator.log.read().total
    const wanted = before + 3 + kill * 7
    const limit = Date.now() + 20_000
    while (product.simulator.log.read().total < wanted && Date.now() < limit) {
      const run = await product.session.get<RunView>(`/runs/${started.id}`)
      if (!['queued', 'running', 'publishing'].includes(run.state)) break
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await product.kill()
    await product.restart()
  }
  const run = await runEnded(product, started.id)
  assert.equal(run.state, 'succeeded', JSON.stringify(run.error))
  await everyMailOnce()
  await repositoryIsClean()
})

test('a second run killed while it publishes leaves one snapshot per run', async () => {
  const mailbox = (await mailboxes())[0]?.userPrincipalName ?? ''
  for (let kill = 0; kill < 3; kill++) {
    await control(product, 'mail/deliver', { mailbox, count: 1 })
    const { id } = await product.session.post<RunView>(`/organizations/${organization.id}/runs`)
    const limit = Date.now() + 20_000
    for (;;) {
      const run = await product.session.get<RunView>(`/runs/${id}`)
      if (run.state !== 'queued' && run.state !== 'running') break
      if (Date.now() > limit) break
    }
    await product.kill()
    await product.restart()
    const run = await runEnded(product, id)
    assert.equal(run.state, 'succeeded', JSON.stringify(run.error))
  }
  await everyMailOnce()
  await repositoryIsClean()
  const runs = await product.session.get<Page<RunView>>(`/organizations/${organization.id}/runs`)
  const { location, password } = await repositoryPlace()
  const repository = await openRepository(localBackend(location), { password, host: 'test' })
  const snapshots = await repository.listSnapshots()
  await repository.close()
  assert.equal(snapshots.length, runs.items.length)
})

async function mailboxes(): Promise<MailboxView[]> {
  return (
    await product.session.get<Page<MailboxView>>(`/organizations/${organization.id}/mailboxes?limit=100`)
  ).items
}

function repositoryPlace(): Promise<RepositoryPassword> {
  return product.session.post<RepositoryPassword>(`/organizations/${organization.id}/repository/password`, {
    operatorPassword: operator.password,
  })
}

/** In the catalog and in restic's own listing of the newest snapshot. */
async function everyMailOnce(): Promise<void> {
  let total = 0
  for (const mailbox of await mailboxes()) {
    const held = await heldMails(product, mailbox.userPrincipalName)
    const items: MailItemView[] = []
    let cursor = ''
    do {
      const page = await product.session.get<Page<MailItemView>>(
        `/mailboxes/${mailbox.id}/items?limit=500${cursor}`,
      )
      items.push(...page.items)
      cursor = page.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`
    } while (cursor !== '')
    assert.equal(items.length, held.length, mailbox.userPrincipalName)
    total += held.length
  }
  const { location, password } = await repositoryPlace()
  const listing = spawnSync('restic', ['-r', location, 'ls', '--no-cache', 'latest'], {
    env: { ...process.env, RESTIC_PASSWORD: password },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  assert.equal(listing.status, 0, listing.stderr)
  const files = listing.stdout.split('\n').filter((line) => line.endsWith('.eml'))
  assert.equal(files.length, total)
  assert.equal(new Set(files.map((file) => join(file))).size, total)
}

async function repositoryIsClean(): Promise<void> {
  const { location, password } = await repositoryPlace()
  const check = spawnSync('restic', ['-r', location, 'check', '--read-data', '--no-cache'], {
    env: { ...process.env, RESTIC_PASSWORD: password },
    encoding: 'utf8',
  })
  assert.equal(check.status, 0, check.stdout + check.stderr)
  const repository = await openRepository(localBackend(location), { password, host: 'test' })
  const findings = await Array.fromAsync(validateRepository(repository, { readData: true }))
  await repository.close()
  // Packs that no index names are what a kill may leave behind; everything else is an error.
  assert.deepEqual(
    findings.filter((finding) => finding.severity === 'error'),
    [],
  )
}
