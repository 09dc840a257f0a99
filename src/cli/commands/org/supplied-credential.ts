/** The credential of an application from flags, files and questions. Secrets are never taken from the command line itself. */
import type { Command } from 'commander'
import type { SuppliedCredential } from '../../../contract/index.ts'
import { fail } from '../../errors.ts'
import { readInputFile, readSecretFile } from '../../files.ts'
import { ask, isTerminal } from '../../terminal.ts'

export interface CredentialOptions {
  readonly passwordFile?: string
  readonly expires?: string
  readonly pfx?: string
  readonly certificate?: string
  readonly key?: string
  readonly passphraseFile?: string
}

/** The flags that name a password or a certificate that somebody brings along. */
export function withCredentialOptions(command: Command): Command {
  return command
    .option('--password-file <path>', 'file with the application password, - for standard input')
    .option('--expires <day>', 'when the password expires, as the portal shows it')
    .option('--pfx <path>', 'certificate and private key as PFX')
    .option('--certificate <path>', 'certificate as PEM, with --key')
    .option('--key <path>', 'its private key as PEM, - for standard input')
    .option('--passphrase-file <path>', 'file with the passphrase of PFX or key, - for standard input')
}

/** The certificate that the flags name, if they do. @throws CLI_BAD_INPUT */
export async function suppliedCertificate(
  options: CredentialOptions,
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
  if (options.certificate === undefined && options.key === undefined) return undefined
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

/** The password from its file, else from the terminal. @throws CLI_NO_TERMINAL, CLI_BAD_INPUT */
export async function suppliedPassword(options: CredentialOptions): Promise<SuppliedCredential> {
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
