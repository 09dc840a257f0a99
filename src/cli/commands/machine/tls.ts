import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { fail, readPair } from '../../../tls/index.ts'
import { plain, printJson } from '../../terminal.ts'
import { configurationOf, type MachineOptions, withMachineOptions } from './machine-options.ts'

interface Options extends MachineOptions {
  readonly pem?: boolean
}

export function registerTls(tls: Command): void {
  withMachineOptions(tls.command('show'))
    .description(
      'names, end and SHA-256 fingerprint of the certificate in the files, to compare with what a browser shows',
    )
    .option('--pem', 'print the certificate alone, e.g. for NODE_EXTRA_CA_CERTS or restic --cacert')
    .action((options: Options) => {
      const { tls: files } = configurationOf(options)
      if (files === null || (files.selfSigned && !existsSync(files.certificate))) throw fail('TLS_NONE')
      const { certificate, names, validFrom, validTo, fingerprint } = readPair(files)
      if (options.pem) {
        const blocks = certificate.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
        process.stdout.write(`${blocks.join('\n')}\n`)
        return
      }
      const view = {
        selfSigned: files.selfSigned,
        names,
        validFrom: validFrom.toISOString(),
        validTo: validTo.toISOString(),
        fingerprint,
      }
      if (options.json) printJson(view)
      else
        process.stdout.write(
          [
            files.selfSigned ? 'Made by the server itself' : `From ${plain(files.certificate)}`,
            `Names:    ${plain(names.join(', '))}`,
            `Valid:    ${view.validFrom} to ${view.validTo}`,
            `SHA-256:  ${fingerprint}`,
            '',
          ].join('\n'),
        )
    })
}
