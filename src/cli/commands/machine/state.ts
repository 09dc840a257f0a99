/** `bdrcloud state`: the server's own state into a folder and back. The vault and the key are not part of it. */
import { existsSync, mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Configuration } from '../../../config/index.ts'
import { type DumpManifest, dumpDatabase, loadDatabase, verifyDump } from '../../../database/index.ts'
import { withDatabase, withOwnPostgres } from '../../../main/on-this-machine.ts'
import { note, printJson, progress } from '../../terminal.ts'
import { version } from '../../version.ts'
import { configurationOf, type MachineOptions, withMachineOptions } from './machine-options.ts'

export function registerState(state: Command): void {
  withMachineOptions(state.command('backup'))
    .description('write the state into a new folder, while the server works or not; read it again to be sure')
    .argument('<folder>', 'folder that does not exist yet')
    .action(async (folder: string, options: MachineOptions) => {
      const configuration = configurationOf(options)
      const target = resolve(folder)
      const manifest = await withDatabase(configuration, (connection) =>
        dumpDatabase(connection, target, {
          version,
          now: new Date(),
          onTable: (name) => progress(`saving ${name} …`),
        }),
      )
      progress('')
      report(options, target, manifest)
      if (!options.json)
        note(
          `Not in it: the vault, and ${keyOf(configuration)}. Keep the key elsewhere: without it the state is of no use.`,
        )
    })
  withMachineOptions(state.command('verify'))
    .description('read a saved state and compare it with what was written')
    .argument('<folder>', "folder that 'state backup' made")
    .action(async (folder: string, options: MachineOptions) => {
      const target = resolve(folder)
      report(options, target, await verifyDump(target))
    })
  withMachineOptions(state.command('restore'))
    .description('put a saved state into an empty data folder (or, with DATABASE_URL, an empty database)')
    .argument('<folder>', "folder that 'state backup' made")
    .action(async (folder: string, options: MachineOptions) => {
      const configuration = configurationOf(options)
      const source = resolve(folder)
      await verifyDump(source)
      mkdirSync(configuration.data, { recursive: true, mode: 0o700 })
      const manifest = await withOwnPostgres(configuration, (connection) =>
        loadDatabase(connection, source, { onTable: (name) => progress(`restoring ${name} …`) }),
      )
      progress('')
      report(options, source, manifest)
      if ('file' in configuration.key && !existsSync(configuration.key.file) && !options.json)
        note(`Now put ${keyOf(configuration)} back, before the server starts.`)
    })
}

function keyOf({ key }: Configuration): string {
  return 'file' in key ? `the key (${key.file})` : `the key (${key.source})`
}

function report({ json }: MachineOptions, folder: string, manifest: DumpManifest): void {
  const { createdAt, migrations, tables } = manifest
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  if (json)
    printJson({
      folder,
      createdAt,
      version: manifest.version,
      migration: migrations.at(-1) ?? null,
      tables: tables.length,
      rows,
    })
  else
    note(
      `${folder}: state of ${createdAt}, version ${manifest.version}, ${tables.length} tables, ${rows} rows, read and whole.`,
    )
}
