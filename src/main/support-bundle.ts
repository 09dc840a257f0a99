import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Configuration } from '../config/index.ts'
import { openDatabase } from '../database/index.ts'
import { collectSupport } from '../operations/index.ts'
import { examineServer } from './doctor.ts'
import { fail } from './errors.ts'
import { redactText } from './log-redaction.ts'
import { runningDatabase } from './on-this-machine.ts'

/** Writes the bundle (JSON, compressed) into a new file for this account alone; its size in bytes. Throws MAIN_SUPPORT_FILE. */
export async function writeSupportBundle(parts: {
  configuration: Configuration
  version: string
  file: string
  logFile: string | null
}): Promise<number> {
  const { configuration, version, file, logFile } = parts
  const connection = runningDatabase(configuration)
  const db = connection && openDatabase(connection, { poolSize: 2 })
  try {
    const findings = await examineServer(configuration, version)
    const bundle = await collectSupport({
      configuration,
      db,
      findings,
      version,
      now: new Date(),
      logFile,
      redact: redactText,
    })
    const bytes = gzipSync(`${JSON.stringify(bundle, null, 1)}\n`)
    writeFileSync(file, bytes, { mode: 0o600, flag: 'wx' })
    return bytes.length
  } catch (error) {
    const { code, message } = Object(error) as NodeJS.ErrnoException
    if (code === 'EEXIST' || code === 'ENOENT' || code === 'EACCES')
      throw fail('MAIN_SUPPORT_FILE', { reason: message }, error)
    throw error
  } finally {
    await db?.destroy()
  }
}
