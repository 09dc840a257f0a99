/** Everything of a selection as one calendar file or one file of cards, which calendar and address book programs import at once. */
import { firstTime, selectedItems, selectedWorkloads, storedItems } from '../../catalog/index.ts'
import type { Selection } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { Repository } from '../../repository/index.ts'
import { createCalendarMerger } from '../../workloads/index.ts'
import { fail } from '../restores/errors.ts'
import { contentOf } from '../restores/stored-content.ts'

/** Zones are told so far ahead, for series that go on. */
const yearsAhead = 15 * 366 * 86_400_000

export interface OneFile {
  readonly ending: 'ics' | 'vcf'
  readonly contentType: string
  /** Piece by piece, as it is read. */
  content(): AsyncGenerator<Buffer>
}

/** @throws JOB_EXPORT_NOT_ONE_FILE for what is no events, tasks or contacts, or contacts with others */
export async function oneFileOf(
  db: Database,
  repository: Repository,
  organizationId: string,
  selection: Selection,
  now: number,
): Promise<OneFile> {
  const items = () => storedItems(db, organizationId, selection)
  const workloads = await selectedWorkloads(db, organizationId, selection)
  if (workloads.length > 0 && workloads.every((one) => one === 'contacts'))
    return { ending: 'vcf', contentType: 'text/vcard; charset=utf-8', content: cards }
  if (workloads.length > 0 && workloads.every((one) => one === 'calendar' || one === 'todo'))
    return { ending: 'ics', contentType: 'text/calendar; charset=utf-8', content: calendar }
  throw fail('JOB_EXPORT_NOT_ONE_FILE')

  async function* cards(): AsyncGenerator<Buffer> {
    for await (const item of items()) yield* contentOf(repository, item)
  }
  async function* calendar(): AsyncGenerator<Buffer> {
    let begin = now
    for await (const batch of selectedItems(db, organizationId, selection))
      begin = Math.min(begin, (await firstTime(db, batch)) ?? begin)
    const merger = createCalendarMerger(begin, now + yearsAhead)
    yield Buffer.from(merger.head)
    for await (const item of items()) yield* merger.add(contentOf(repository, item))
    yield Buffer.from(merger.end)
  }
}
