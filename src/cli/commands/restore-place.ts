/** Where a restore into mailboxes goes: a dated folder, the original ones or one of a name, at the same or another user. */
import type { Command } from 'commander'
import type { CreateRestore, Selection } from '../../contract/index.ts'

export interface PlaceOptions {
  readonly into?: string
  readonly original?: boolean
  readonly toUser?: string
}

export function withPlaceOptions(
  command: Command,
  words: { readonly flag: string; readonly folder: string; readonly noun: string },
): Command {
  return command
    .option(words.flag, `target ${words.folder} (default: a dated one, 'Restored YYYY-MM-DD')`)
    .option('--original', `restore into the ${words.folder} each ${words.noun} came from`)
    .option('--to-user <user>', 'restore to another user: user principal name or object id')
}

export function mailboxRestore(
  selection: Selection,
  name: string | undefined,
  { original, toUser }: PlaceOptions,
): CreateRestore {
  return {
    selection,
    folder: original
      ? { kind: 'original' }
      : name === undefined || name === ''
        ? { kind: 'dated' }
        : { kind: 'named', name },
    ...(toUser === undefined ? {} : { target: { user: toUser } }),
  }
}
