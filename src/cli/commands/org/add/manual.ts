/** The Manual Process at the terminal: instructions and scripts, then the details from flags, files and questions. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type {
  OnboardingDetails,
  OnboardingView,
  RegistrationGuide,
  SuppliedCredential,
} from '../../../../contract/index.ts'
import type { ApiClient } from '../../../client.ts'
import { fail } from '../../../errors.ts'
import { writeOutputFile } from '../../../files.ts'
import { ask, isTerminal, note, plain } from '../../../terminal.ts'
import { suppliedCertificate, suppliedPassword } from '../supplied-credential.ts'
import type { AddOptions } from './options.ts'

/**
 * @returns the onboarding, ready for 'Save'; null when a certificate was made and the application's details are still to come
 * @throws CLI_NO_TERMINAL, CLI_BAD_INPUT
 */
export async function giveDetails(
  client: ApiClient,
  started: OnboardingView,
  options: AddOptions,
): Promise<OnboardingView | null> {
  const path = `/onboardings/${started.id}`
  let view = started
  if (options.makeCertificate !== undefined) view = await makeCertificate(client, path, options)
  if (options.scripts !== undefined) await writeScripts(client, path, view, options.scripts)
  const hasIds = options.applicationId !== undefined && (options.tenant ?? options.domain) !== undefined
  if (!hasIds && !isTerminal() && options.makeCertificate !== undefined) return null
  if (!hasIds && isTerminal()) await showInstructions(client, path, view)
  const tenant = options.tenant ?? options.domain ?? (await ask('Tenant ID or domain', '--tenant'))
  const applicationId = options.applicationId ?? (await ask('Application ID', '--application-id'))
  const credential = await credentialOf(view, options)
  const name = options.name
  const details: OnboardingDetails = {
    tenant,
    applicationId,
    ...(name !== undefined && { organizationName: name }),
    ...(credential && { credential }),
  }
  return client.put<OnboardingView>(`${path}/details`, details)
}

async function makeCertificate(
  client: ApiClient,
  path: string,
  options: AddOptions,
): Promise<OnboardingView> {
  const view = await client.post<OnboardingView>(`${path}/certificate`, {
    ...(options.days !== undefined && { days: Number(options.days) }),
  })
  const file = options.makeCertificate ?? ''
  await writeOutputFile(file, await text(await client.download(`${path}/certificate`)))
  note(`The public part of the certificate is in ${file}. Upload it to the application in the portal.`)
  note(`Thumbprint: ${view.completion?.certificateThumbprintSha1}`)
  return view
}

async function guideOf(client: ApiClient, path: string, view: OnboardingView): Promise<RegistrationGuide> {
  return client.get<RegistrationGuide>(`${path}/registration-guide`, { credential: view.credentialKind })
}

async function writeScripts(
  client: ApiClient,
  path: string,
  view: OnboardingView,
  folder: string,
): Promise<void> {
  const { scripts } = await guideOf(client, path, view)
  await mkdir(folder, { recursive: true })
  for (const script of scripts) await writeOutputFile(join(folder, script.fileName), script.text)
  note(`Scripts to read first and run: ${scripts.map(({ fileName }) => join(folder, fileName)).join(', ')}`)
}

async function showInstructions(client: ApiClient, path: string, view: OnboardingView): Promise<void> {
  const { steps } = await guideOf(client, path, view)
  for (const [index, { title, text: what, address, items }] of steps.entries()) {
    note(`${index + 1}. ${title}. ${what}`)
    if (address) note(`   ${address}`)
    for (const item of items) note(`   - ${plain(item)}`)
  }
}

async function credentialOf(
  view: OnboardingView,
  options: AddOptions,
): Promise<SuppliedCredential | undefined> {
  const certificate = await suppliedCertificate(options)
  if (certificate) return certificate
  if (view.completion?.credentialGiven && options.passwordFile === undefined) return undefined
  if (view.credentialKind === 'certificate' && options.passwordFile === undefined) {
    throw fail('CLI_BAD_INPUT', {
      what: 'There is no certificate yet.',
      remedy: 'Give --make-certificate FILE, --pfx FILE, or --certificate FILE and --key FILE.',
    })
  }
  return suppliedPassword(options)
}
