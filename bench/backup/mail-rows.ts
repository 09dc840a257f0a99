/** Mail: a first run, one in which nothing changed, one in which 1 % did, and the plain loop. */

import { waitFor } from '../../scripts/demo/api.ts'
import type { RunView } from '../../src/contract/index.ts'
import { downloadMail } from './download-loop.ts'
import { type BackupRow, measureRow } from './rows.ts'
import type { Setting } from './setting.ts'

const ended = (run: RunView) => ['succeeded', 'partial', 'failed', 'cancelled'].includes(run.state)

export async function measureMail(
  setting: Setting,
  suffix: string,
  say: (line: string) => void,
): Promise<BackupRow[]> {
  const { pid, counter } = setting
  const rows: BackupRow[] = []
  const add = async (
    name: string,
    work: () => Promise<{ items: number; seconds: number }>,
    process = pid,
  ) => {
    say(`${name}, ${suffix} …`)
    rows.push(await measureRow(`${name}, ${suffix}`, process, counter, work))
  }
  await add('mail, first run', () => backUp(setting))
  await add('mail, unchanged', () => backUp(setting))
  await changeOnePercent(setting)
  await add('mail, 1 % changed', () => backUp(setting))
  await add('mail, plain download loop', () => downloadMail(setting.tenant), process.pid)
  return rows
}

async function backUp({ session, organizationId }: Setting): Promise<{ items: number; seconds: number }> {
  const { id } = await session.post<RunView>(`/organizations/${organizationId}/runs`)
  const run = await waitFor<RunView>(session, `/runs/${id}`, ended, 240)
  if (run.state !== 'succeeded') throw new Error(`the run ended ${run.state}: ${JSON.stringify(run.error)}`)
  const seconds = (Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt ?? '')) / 1000
  return { items: run.counts.itemsTotal, seconds }
}

/** Half of them new, half of them read marks, in every mailbox. */
async function changeOnePercent({ control }: Setting): Promise<void> {
  const { mailboxes } = await control<{
    mailboxes: { userPrincipalName: string; messages: number }[]
  }>('mail/mailboxes', {})
  for (const { userPrincipalName: mailbox, messages } of mailboxes) {
    if (messages === 0) continue
    const count = Math.ceil(messages / 200)
    await control('mail/deliver', { mailbox, count })
    await control('mail/markRead', { mailbox, count })
  }
}
