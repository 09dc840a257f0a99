/** The audit trail as JSON lines in a file, for collectors (rsyslog, Vector, Filebeat) that take it to where this server cannot reach. */
import { appendFile } from 'node:fs/promises'
import type { AuditEntryView } from '../../contract/index.ts'
import type { Logger } from '../../shared/index.ts'

/**
 * Adds each entry to the file, in order. It is opened for each, so that it can be moved away and starts anew. What cannot be written is
 * logged with its number: the trail itself, in the database, has it.
 */
export function forwardToFile(file: string, logger: Logger): (entry: AuditEntryView) => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return (entry) => {
    last = last
      .then(() => appendFile(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 }))
      .catch((error: unknown) => {
        logger.error(
          { err: error, sequence: entry.sequence },
          'an entry of the audit trail was not forwarded',
        )
      })
    return last
  }
}
