/** The main job without hands: add the organization, back it up, change something, back up again, restore, verify. */
import { createHash } from 'node:crypto'
import type {
  MailboxView,
  MailItemView,
  OnboardingView,
  OrganizationView,
  Page,
  RepositoryPassword,
  RestoreItemView,
  RestoreView,
  RunView,
  Workload,
} from '../../src/contract/index.ts'
import { type ApiSession, waitFor } from './api.ts'
import { differencesOf } from './compare-mail.ts'
import { restoreOthers } from './restore-others.ts'
import { signInByForms } from './sign-in-forms.ts'
import { type HeldMail, openTenant, type TenantReader, type TenantReady } from './tenant.ts'
import { verifyRepository } from './verify-repository.ts'

/** Mails restored into each of the first mailboxes. */
const restoredMailboxes = 3
const restoredPerMailbox = 4

const allWorkloads: readonly Workload[] = ['mail', 'calendar', 'contacts', 'todo', 'files']

const runEnded = (run: RunView) => ['succeeded', 'partial', 'failed', 'cancelled'].includes(run.state)

/** Does it all and answers what is printed. Throws only when it cannot go on. */
export async function doMainJob(
  session: ApiSession,
  ready: TenantReady,
  operatorPassword: string,
  say: (line: string) => void,
) {
  const tenant = await openTenant(ready)
  const organization = await addOrganization(session, ready, say, allWorkloads)
  say('Backing up …')
  const first = await backUp(session, organization.id, say)
  await changeSomething(session, tenant, organization.id)
  say('Backing up again …')
  const second = await backUp(session, organization.id, say)
  say('Restoring …')
  const restore = await restoreSome(session, tenant, organization.id, say)
  const others = await restoreOthers({ session, tenant, organizationId: organization.id, say })
  const workloads = {
    mail: {
      items: await countMails(session, organization.id),
      restored: restore.items,
      identical: restore.identical,
    },
    ...others,
  }
  const place = await session.post<RepositoryPassword>(
    `/organizations/${organization.id}/repository/password`,
    {
      operatorPassword,
    },
  )
  say('Checking the repository …')
  const verdict = await verifyRepository(place.location, place.password)
  const changes = second.counts.itemsStored + second.counts.itemsUpdated + second.counts.itemsRemoved
  return {
    ok:
      first.state === 'succeeded' &&
      second.state === 'succeeded' &&
      Object.values(workloads).every(({ restored, identical }) => restored > 0 && identical) &&
      verdict.findings === 0 &&
      verdict.restic !== 'failed',
    organization: {
      id: organization.id,
      name: organization.name,
      tenantId: organization.tenantId,
      applicationId: organization.applicationId,
      credential: organization.credential.kind,
    },
    backup: {
      mailboxes: first.counts.mailboxesDone,
      items: first.counts.itemsStored,
      failed: first.counts.itemsFailed + first.counts.mailboxesFailed,
      requests: first.counts.requests,
    },
    incremental: { requests: second.counts.requests, items: changes },
    restore,
    workloads,
    restic: { check: verdict.restic },
    validator: { findings: verdict.findings },
    repository: { path: place.location, password: place.password },
  }
}

async function countMails(session: ApiSession, organizationId: string): Promise<number> {
  const { items } = await session.get<Page<MailboxView>>(
    `/organizations/${organizationId}/mailboxes?limit=200`,
  )
  return items.reduce((total, one) => total + one.items, 0)
}

/** By the Automatic Credential Process, as the tenant’s Global Administrator. */
export async function addOrganization(
  session: ApiSession,
  ready: TenantReady,
  say: (line: string) => void,
  workloads: readonly Workload[] = ['mail'],
): Promise<OrganizationView> {
  say('Adding the organization by the Automatic Credential Process …')
  const administrator = ready.personas.find((persona) => persona.role === 'Global Administrator')
  if (!administrator) throw new Error('the simulated tenant has no Global Administrator')
  const { id } = await session.post<OnboardingView>('/onboardings', {
    method: 'credential',
    cloud: 'global',
    workloads,
    restoreRights: true,
    credentialKind: 'password',
  })
  const path = `/onboardings/${id}`
  const { authorizationUrl } = await session.post<{ authorizationUrl: string }>(`${path}/sign-in`)
  const returned = await signInByForms(authorizationUrl, administrator, `${session.address}/`)
  await session.visit(returned)
  await waitForState(session, path, 'awaiting-grant', say)
  await session.post(`${path}/grant`)
  const completing = await waitForState(session, path, 'completing', say)
  await session.post(`${path}/save`, { organizationName: completing.completion?.organizationName ?? 'Demo' })
  const saved = await waitForState(session, path, 'saved', say)
  return session.get<OrganizationView>(`/organizations/${saved.organizationId}`)
}

async function waitForState(
  session: ApiSession,
  path: string,
  state: OnboardingView['state'],
  say: (line: string) => void,
): Promise<OnboardingView> {
  let last = ''
  const view = await waitFor<OnboardingView>(
    session,
    path,
    (one) => [state, 'failed', 'cancelled', 'expired', 'need-admin-approval'].includes(one.state),
    12,
    (one) => {
      const running = one.steps.find((step) => step.state === 'running')
      const line = running ? `  ${running.label}${running.detail ? `: ${running.detail}` : ''}` : ''
      if (line && line !== last) say(line)
      last = line
    },
  )
  if (view.state !== state)
    throw new Error(`the onboarding is "${view.state}" instead of "${state}": ${JSON.stringify(view.error)}`)
  return view
}

/** Starts a run and waits for its end. */
export async function backUp(
  session: ApiSession,
  organizationId: string,
  say: (line: string) => void,
): Promise<RunView> {
  const { id } = await session.post<RunView>(`/organizations/${organizationId}/runs`)
  const run = await waitFor<RunView>(session, `/runs/${id}`, runEnded, 120)
  say(
    `  ${run.state}: ${run.counts.mailboxesDone} mailboxes, ${run.counts.itemsStored} stored, ` +
      `${run.counts.itemsUpdated} updated, ${run.counts.itemsRemoved} removed, ${run.counts.requests} requests`,
  )
  if (run.error) say(`  ${run.error.title}`)
  return run
}

/** New mail, read marks and a deletion in the first mailbox that holds something. */
async function changeSomething(
  session: ApiSession,
  tenant: TenantReader,
  organizationId: string,
): Promise<void> {
  const { items } = await session.get<Page<MailboxView>>(
    `/organizations/${organizationId}/mailboxes?limit=100`,
  )
  const mailbox = items.find((one) => one.items > 3)?.userPrincipalName
  if (mailbox === undefined) return
  await tenant.control('mail/deliver', { mailbox, count: 2 })
  await tenant.control('mail/markRead', { mailbox, count: 3 })
}

interface Restored {
  readonly items: number
  readonly identical: boolean
}

/** Exports and restores a few mails of several mailboxes and compares each with what the tenant holds. */
async function restoreSome(
  session: ApiSession,
  tenant: TenantReader,
  organizationId: string,
  say: (line: string) => void,
): Promise<Restored> {
  const { items: mailboxes } = await session.get<Page<MailboxView>>(
    `/organizations/${organizationId}/mailboxes?limit=100`,
  )
  const chosen: MailItemView[] = []
  for (const mailbox of mailboxes.filter((one) => one.items > 0).slice(0, restoredMailboxes)) {
    const page = await session.get<Page<MailItemView>>(`/mailboxes/${mailbox.id}/items?limit=200`)
    const mails = page.items.filter((item) => !item.isDraft)
    chosen.push(...mails.filter((item) => item.hasAttachments).slice(0, 2))
    chosen.push(...mails.filter((item) => !item.hasAttachments).slice(0, restoredPerMailbox - 2))
  }
  const { id } = await session.post<RestoreView>(`/organizations/${organizationId}/restores`, {
    selection: { items: chosen.map((item) => item.id) },
  })
  const ended = await waitFor<RestoreView>(
    session,
    `/restores/${id}`,
    (one) => !['queued', 'running'].includes(one.state),
  )
  const results = (await session.get<Page<RestoreItemView>>(`/restores/${id}/items?limit=200`)).items
  let identical = ended.state === 'succeeded'
  for (const item of chosen) {
    const eml = createHash('sha256')
      .update(await session.bytes(`/items/${item.id}/eml`))
      .digest('hex')
    const held = await tenant.control<{ messages: HeldMail[] }>('mail/list', {
      mailbox: item.userPrincipalName,
    })
    const original = held.messages.find((mail) => mail.sha256 === eml || mail.served.includes(eml))
    const restored = results.find((result) => result.itemId === item.id)?.messageId
    const differences =
      original === undefined
        ? ['the exported bytes are not those that Graph gave']
        : restored == null
          ? ['not restored']
          : differencesOf(
              await tenant.mail(item.userPrincipalName, original.id),
              await tenant.mail(item.userPrincipalName, restored),
            )
    if (differences.length === 0) continue
    identical = false
    say(`  differs: "${item.subject}" of ${item.userPrincipalName}: ${differences.join(', ')}`)
  }
  return { items: ended.counts.restored, identical }
}
