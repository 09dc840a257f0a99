import type { Command } from 'commander'
import { type CommonOptions, serverAddress, signedInClient, withCommonOptions } from '../command.ts'
import { credentialsPath, storeCredentials } from '../credentials-file.ts'
import { note, printJson } from '../terminal.ts'

export function registerLogout(program: Command): void {
  withCommonOptions(program.command('logout'))
    .description('end the session and forget its token')
    .action(async (options: CommonOptions) => {
      const server = await serverAddress(options)
      try {
        await (await signedInClient(options)).delete('/session')
      } finally {
        await storeCredentials(credentialsPath(), server, null)
      }
      if (options.json) printJson({ server, signedOut: true })
      else note(`Signed out of ${server}.`)
    })
}
