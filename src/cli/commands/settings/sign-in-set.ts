/**
 * The operator's own sign-in application. Secrets come from a file, standard input or a hidden question, never as an argument; the
 * server tries the credential before it keeps it.
 */
import type { Command } from 'commander'
import type {
  PendingCertificate,
  SaveSignInClient,
  SignInCloudView,
  SignInSettings,
} from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { readSecretFile, writeOutputFile } from '../../files.ts'
import { ask, note, printJson } from '../../terminal.ts'
import { operatorProof, type ProofOptions, withProof } from '../operator-proof.ts'

interface SetOptions extends CommonOptions, ProofOptions {
  readonly cloud: string
  readonly externalAddress?: string
  readonly clientId?: string
  readonly homeTenant?: string
  readonly secretFile?: string
  readonly expires?: string
  readonly makeCertificate?: string
  readonly useMadeCertificate?: boolean
  readonly keepCredential?: boolean
}

export function registerSignInSet(signIn: Command): void {
  const command = withCommonOptions(signIn.command('set'))
    .description('set the external address, or the sign-in application of a cloud')
    .option('--external-address <address>', "where browsers reach this server, or 'none'")
    .option('--cloud <cloud>', 'cloud of the application', 'global')
    .option('--client-id <id>', 'Application (client) ID')
    .option('--home-tenant <tenant>', 'id or domain of the tenant that it is registered in')
    .option('--secret-file <path>', 'file with its client secret, - for standard input')
    .option('--expires <day>', 'when the secret expires, as the portal shows it')
    .option('--make-certificate <path>', 'make a certificate on the server and save its public part')
    .option('--use-made-certificate', 'put that certificate into use, once it is uploaded')
    .option('--keep-credential', 'another application id or tenant with the credential at hand')
  withProof(command).action(async (options: SetOptions) => {
    const client = await signedInClient(options)
    const path = `/settings/sign-in/clouds/${encodeURIComponent(options.cloud)}`
    if (options.makeCertificate !== undefined) {
      const made = await client.post<PendingCertificate>(`${path}/certificate`)
      await writeOutputFile(options.makeCertificate, made.certificatePem)
      if (options.json) return printJson(made)
      note(`The public part of the certificate is in ${options.makeCertificate} (${made.thumbprint}).`)
      note('Upload it to the application in the portal, then: settings sign-in set --use-made-certificate …')
      return
    }
    if (options.secretFile === '-' && options.operatorPasswordFile === '-') {
      throw fail('CLI_BAD_INPUT', {
        what: 'Standard input cannot hold two passwords.',
        remedy: 'Put one of them into a file.',
      })
    }
    const { externalAddress, clientId } = options
    if (externalAddress === undefined && clientId === undefined) {
      throw fail('CLI_BAD_INPUT', {
        what: 'Nothing was given to set.',
        remedy: 'Give --external-address, --client-id, or --make-certificate.',
      })
    }
    const application = clientId === undefined ? undefined : await applicationOf(options, clientId)
    let settings: SignInSettings | SignInCloudView | undefined
    if (externalAddress !== undefined) {
      settings = await client.put<SignInSettings>('/settings/sign-in/external-address', {
        externalAddress: externalAddress === 'none' ? null : externalAddress,
        proof: await operatorProof(client, options),
      })
    }
    if (application)
      settings = await client.put<SignInCloudView>(path, {
        ...application,
        proof: await operatorProof(client, options),
      })
    if (options.json) return printJson(settings)
    note(application ? 'Saved; its credential works.' : 'Saved.')
  })
}

async function applicationOf(
  options: SetOptions,
  clientId: string,
): Promise<Omit<SaveSignInClient, 'proof'>> {
  const homeTenant = options.homeTenant ?? (await ask('Tenant that it is registered in', '--home-tenant'))
  if (options.useMadeCertificate) return { clientId, homeTenant, credential: { kind: 'certificate' } }
  if (options.keepCredential) return { clientId, homeTenant, credential: { kind: 'unchanged' } }
  const secret =
    options.secretFile === undefined
      ? await ask('Client secret', '--secret-file or --use-made-certificate', { hidden: true })
      : await readSecretFile(options.secretFile)
  const expires = options.expires === undefined ? undefined : Date.parse(options.expires)
  if (expires !== undefined && Number.isNaN(expires)) {
    throw fail('CLI_BAD_INPUT', {
      what: `"${options.expires}" is no date.`,
      remedy: 'Give it like 2027-11-30.',
    })
  }
  return {
    clientId,
    homeTenant,
    credential: {
      kind: 'password',
      secret,
      ...(expires !== undefined && { expiresAt: new Date(expires).toISOString() }),
    },
  }
}
