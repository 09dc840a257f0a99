import type { Command } from 'commander'
import { addKey, changePassword, listKeys, removeKey } from '../../../repository/index.ts'
import { printTable } from '../../terminal.ts'
import { readNewPassword, readPassword } from './password.ts'
import {
  chosenBackend,
  type RepositoryOptions,
  snapshotHost,
  withRepositoryOptions,
} from './repository-options.ts'
import { printLine, runCommand, runOnRepository, say } from './run-command.ts'
import { localTime, shortId } from './snapshot-view.ts'

interface NewKeyOptions extends RepositoryOptions {
  readonly newPasswordFile?: string
  readonly host?: string
  readonly user?: string
}

export function registerRepoKey(repo: Command): void {
  const key = repo.command('key').description('the passwords that open the repository')
  withRepositoryOptions(key.command('list'))
    .description('list the keys')
    .action((options: RepositoryOptions) =>
      runOnRepository(options, async (repository, signal) => {
        const keys = await listKeys(repository, signal)
        if (options.json)
          return printLine(
            keys.map(({ current, id, username, hostname, created }) => ({
              current,
              id,
              userName: username,
              hostName: hostname,
              created,
            })),
          )
        printTable(
          [' ID', 'USER', 'HOST', 'CREATED'],
          keys.map(({ current, id, username, hostname, created }) => [
            `${current ? '*' : ' '}${shortId(id)}`,
            username,
            hostname,
            created === '' ? null : localTime(created),
          ]),
        )
      }),
    )
  withNewPassword(key.command('add'))
    .description('add a second password')
    .action((options: NewKeyOptions) =>
      runCommand(options, async (signal) => {
        const backend = await chosenBackend(options)
        try {
          const password = await readPassword(options)
          const newPassword = await readNewPassword(options.newPasswordFile)
          const id = await addKey(backend, { password, newPassword, signal, ...namesOf(options) })
          if (options.json) printLine({ message_type: 'key_added', id })
          else say(`key ${shortId(id)} added`)
        } finally {
          await backend.close()
        }
      }),
    )
  withRepositoryOptions(key.command('remove'))
    .description('remove a key; its password opens the repository no more')
    .argument('<id>', 'id of the key')
    .action((id: string, options: RepositoryOptions) =>
      runOnRepository(options, async (repository, signal) => {
        await removeKey(repository, id, { signal })
        if (options.json) printLine({ message_type: 'key_removed', id })
        else say(`key ${id} removed`)
      }),
    )
  withNewPassword(key.command('passwd'))
    .description('change the password that opens the repository now')
    .action((options: NewKeyOptions) =>
      runOnRepository(options, async (repository, signal) => {
        const newPassword = await readNewPassword(options.newPasswordFile)
        const id = await changePassword(repository, { newPassword, signal, ...namesOf(options) })
        if (options.json) printLine({ message_type: 'password_changed', id })
        else say(`password changed; the new key is ${shortId(id)}`)
      }),
    )
}

function withNewPassword(command: Command): Command {
  return withRepositoryOptions(command)
    .option('--new-password-file <file>', 'file with the new password (or it in RESTIC_NEW_PASSWORD)')
    .option('--host <name>', 'host named in the key')
    .option('--user <name>', 'user named in the key')
}

function namesOf({ host, user }: NewKeyOptions): { readonly host: string; readonly username?: string } {
  return { host: snapshotHost(host), ...(user === undefined ? {} : { username: user }) }
}
