import type { Command } from 'commander'
import type { CredentialRotationView, OrganizationView, Page } from '../../../contract/index.ts'
import type { ApiClient } from '../../client.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { confirm, note, printJson, progress } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'

interface RotateOptions extends CommonOptions {
  readonly objectId?: string
  readonly detach?: boolean
  readonly yes?: boolean
}

const words: Record<CredentialRotationView['state'], string> = {
  adding: 'Adding the new certificate',
  proving: 'Signing in with the new certificate',
  settling: 'The new certificate is in use; the old one stays a little longer',
  removing: 'Removing the old certificate',
  finished: 'Finished',
  failed: 'Failed; the old certificate is still in use',
  cancelled: 'Cancelled; the old certificate is still in use',
}

export function registerOrgRotate(org: Command): void {
  withCommonOptions(org.command('rotate'))
    .description(
      'replace the certificate by a new one, without an administrator, and wait until the old one is gone',
    )
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .option('--object-id <id>', "'Object ID' of the application's registration, where the server lacks it")
    .option('--detach', 'do not wait')
    .option('--yes', 'do not ask')
    .action(async (name: string | undefined, options: RotateOptions) => {
      const client = await signedInClient(options)
      const organization = await findOrganization(client, name)
      await confirm(`Replace the certificate of ${organization.name}?`, '--yes', options.yes)
      const { objectId } = options
      const started = await client.post<CredentialRotationView>(
        `/organizations/${organization.id}/rotations`,
        objectId === undefined ? {} : { applicationObjectId: objectId },
      )
      const ended = options.detach ? started : await follow(client, organization, started)
      if (options.json) printJson(ended)
      else report(ended)
      if (ended.state === 'failed' || ended.state === 'cancelled') process.exitCode = 1
    })
}

/** Until it has ended, or waits longer than a person would. */
async function follow(
  client: ApiClient,
  { id }: OrganizationView,
  started: CredentialRotationView,
): Promise<CredentialRotationView> {
  for (let view = started; ; ) {
    progress(`${words[view.state]}${view.detail ? `: ${view.detail}` : ''}`, view.finishedAt !== null)
    const waits = view.nextTryAt !== null && Date.parse(view.nextTryAt) - Date.now() > 10 * 60_000
    if (view.finishedAt !== null || waits) return view
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const { items } = await client.get<Page<CredentialRotationView>>(`/organizations/${id}/rotations`, {
      limit: 1,
    })
    view = items[0] ?? view
  }
}

function report(rotation: CredentialRotationView): void {
  const { error, leftovers } = rotation
  if (rotation.newThumbprint && rotation.state !== 'failed')
    note(`New certificate ${rotation.newThumbprint}, until ${rotation.newExpiresAt ?? 'unknown'}.`)
  if (rotation.notice) note(rotation.notice)
  if (error) note(`${error.code}: ${error.title}\n${error.detail}`)
  for (const leftover of leftovers) note(leftover)
}
