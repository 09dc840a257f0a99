/** The Manual Process at the terminal: instructions and scripts, then the details from flags, files and questions. */
import { mkdir, writeFile } from 'node:fs/promises'
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
import { readInputFile, readSecretFile } from '../../../secret-file.ts'
import { ask, isTerminal, note, plain } from '../../../terminal.ts'
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
  const credential = await suppliedCredential(view, options)
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
  await save(file, await text(await client.download(`${path}/certificate`)))
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
  for (const script of scripts) await save(join(folder, script.fileName), script.text)
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

async function suppliedCredential(
  view: OnboardingView,
  options: AddOptions,
): Promise<SuppliedCredential | undefined> {
  const passphrase = async () =>
    options.passphraseFile === undefined ? undefined : readSecretFile(options.passphraseFile)
  if (options.pfx !== undefined) {
    const pfx = (await readInputFile(options.pfx)).toString('base64')
    const secret =
      (await passphrase()) ??
      (isTerminal() ? await ask('Passphrase', '--passphrase-file', { hidden: true }) : '')
    return { kind: 'pfx', pfx, passphrase: secret }
  }
  if (options.certificate !== undefined || options.key !== undefined) {
    if (options.certificate === undefined || options.key === undefined) {
      throw fail('CLI_BAD_INPUT', {
        what: 'A certificate in PEM form needs its private key, and the other way round.',
        remedy: 'Give both --certificate and --key.',
      })
    }
    const secret = await passphrase()
    return {
      kind: 'pem',
      certificate: (await readInputFile(options.certificate)).toString('utf8'),
      privateKey: (await readInputFile(options.key)).toString('utf8'),
      ...(secret !== undefined && { passphrase: secret }),
    }
  }
  if (view.completion?.credentialGiven && options.passwordFile === undefined) return undefined
  if (view.credentialKind === 'certificate' && options.passwordFile === undefined) {
    throw fail('CLI_BAD_INPUT', {
      what: 'There is no certificate yet.',
      remedy: 'Give --make-certificate FILE, --pfx FILE, or --certificate FILE and --key FILE.',
    })
  }
  const applicationPassword =
    options.passwordFile === undefined
      ? await ask('Application Password', '--password-file', { hidden: true })
      : await readSecretFile(options.passwordFile)
  const expiresAt = options.expires === undefined ? undefined : readDay(options.expires)
  return { kind: 'password', applicationPassword, ...(expiresAt !== undefined && { expiresAt }) }
}

function readDay(given: string): string {
  const time = Date.parse(given)
  if (Number.isNaN(time)) {
    throw fail('CLI_BAD_INPUT', { what: `"${given}" is no date.`, remedy: 'Give it like 2027-11-30.' })
  }
  return new Date(time).toISOString()
}

async function save(file: string, content: string): Promise<void> {
  try {
    await writeFile(file, content)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw fail('CLI_BAD_INPUT', {
      what: `"${file}" cannot be written: ${reason}`,
      remedy: 'Name a file in a folder that you may write to.',
    })
  }
}
