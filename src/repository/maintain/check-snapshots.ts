/** The validator's view of snapshot files. */
import { formOf } from '../format/canonical.ts'
import { loadJsonFile } from '../format/json-file.ts'
import { decodeSnapshot, snapshotFields } from '../format/snapshot-file.ts'
import type { BlobSource } from '../read/load-blob.ts'
import type { Finding } from '../repository.ts'
import { finding, findingOf } from './finding.ts'

/** Clocks of different machines may differ by this much. */
const farFuture = 24 * 60 * 60_000

/** Reads a snapshot; answers its tree, or undefined when it cannot be read. `now` in milliseconds; undefined: not strict. */
export async function* checkSnapshot(
  source: BlobSource,
  name: string,
  now: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<Finding, string | undefined> {
  const subject = `snapshots/${name}`
  try {
    const bytes = await loadJsonFile(source.backend, source.key, 'snapshots', name, signal)
    const snapshot = decodeSnapshot(bytes, name)
    if (now === undefined) return snapshot.tree
    const { unknown, canonical } = formOf(bytes.toString('utf8'), snapshotFields)
    const details = { type: 'snapshots', name }
    for (const field of unknown) {
      yield finding('warning', subject, 'STO_FILE_UNKNOWN_FIELD', { ...details, field })
    }
    if (!canonical) yield finding('warning', subject, 'STO_FILE_ENCODING', details)
    const odd = (reason: string) => finding('warning', subject, 'STO_SNAPSHOT_ODD', { id: name, reason })
    if (Date.parse(snapshot.time) > now + farFuture) yield odd('its time lies in the future')
    if (snapshot.paths.length === 0) yield odd('it names no path')
    return snapshot.tree
  } catch (error) {
    signal.throwIfAborted()
    yield findingOf(error, subject)
    return undefined
  }
}
