/**
 * Gives the application another credential by hand. Secrets come from files, standard input or a hidden question, never as an
 * argument.
 */
import type { Command } from 'commander'
import type { MadeCertificateView, ReplaceCredential, ReplacedCredential } from '../../../contract/index.ts'
import type { ApiClient } from '../../client.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { writeOutputFile } from '../../files.ts'
import { note, plain, printJson, progress } from '../../terminal.ts'
import { operatorProof, type ProofOptions, withProof } from '../operator-proof.ts'
import { findOrganization } from '../organization-name.ts'
import {
  type CredentialOptions,
  suppliedCertificate,
  suppliedPassword,
  withCredentialOptions,
} from './supplied-credential.ts'

interface ReplaceOptions extends CommonOptions, CredentialOptions, ProofOptions {
  readonly applicationId?: string
  readonly objectId?: string
  readonly makeCertificate?: string
  readonly useMadeCertificate?: boolean
}

export function registerOrgReplaceCredential(org: Command): void {
  const command = withCommonOptions(org.command('replace-credential'))
    .description('give another password or certificate; it must work before it replaces the old one')
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
  withProof(withCredentialOptions(command))
    .option('--make-certificate <path>', 'make a certificate on the server and save its public part')
    .option('--use-made-certificate', 'put that certificate into use, once it is uploaded')
    .option('--application-id <id>', 'another application in the same tenant')
    .option('--object-id <id>', "'Object ID' of the application's registration")
    .action(async (name: string | undefined, options: ReplaceOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, name)
      if (options.makeCertificate !== undefined)
        return makeCertificate(client, id, options.makeCertificate, options)
      if (options.passwordFile === '-' && options.operatorPasswordFile === '-')
        throw fail('CLI_BAD_INPUT', {
          what: 'Standard input cannot hold two passwords.',
          remedy: 'Put one of them into a file.',
        })
      const credential = await credentialOf(options)
      const proof = await operatorProof(client, options)
      progress('Trying the new credential')
      const replaced = await client.post<ReplacedCredential>(`/organizations/${id}/credential`, {
        proof,
        credential,
        ...(options.applicationId !== undefined && { applicationId: options.applicationId }),
        ...(options.objectId !== undefined && { applicationObjectId: options.objectId }),
      } satisfies ReplaceCredential)
      if (options.json) return printJson(replaced)
      progress('Replaced; the new credential works.', true)
      for (const leftover of replaced.leftovers) note(plain(leftover))
    })
}

async function credentialOf(options: ReplaceOptions): Promise<ReplaceCredential['credential']> {
  if (options.useMadeCertificate) return { kind: 'made-here' }
  return (await suppliedCertificate(options)) ?? suppliedPassword(options)
}

async function makeCertificate(
  client: ApiClient,
  id: string,
  file: string,
  options: ReplaceOptions,
): Promise<void> {
  const made = await client.post<MadeCertificateView>(`/organizations/${id}/credential/certificate`)
  await writeOutputFile(file, made.certificatePem)
  if (options.json) return printJson(made)
  note(`The public part of the certificate is in ${file}. Upload it to the application in the portal`)
  note(`(Certificates & secrets; thumbprint ${made.thumbprintSha1}). Then run:`)
  note('  bdrcloud org replace-credential --use-made-certificate')
}
