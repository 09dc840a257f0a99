import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseConnection } from '../connection.ts'
import { postgresAccount } from './account.ts'
import { postgresHome } from './places.ts'
import { readPostmasterFile, servesFolder } from './postmaster-file.ts'

/** The way to the PostgreSQL that a running server has started on its data folder; null when none runs. */
export function findRunningPostgres(dataDirectory: string): DatabaseConnection | null {
  if (!existsSync(dataDirectory)) return null
  const place = join(postgresHome(dataDirectory, postgresAccount()), 'postgresql')
  const folders = existsSync(place) ? readdirSync(place).filter((name) => /^data-\d+$/.test(name)) : []
  for (const name of folders) {
    const file = readPostmasterFile(join(place, name))
    if (file && servesFolder(file.pid, join(place, name))) {
      return { socketDirectory: file.socketDirectory, database: 'postgres', user: 'bdrcloud' }
    }
  }
  return null
}
