/** The mails of every mailbox. */
import { downloadMail } from './download-loop.ts'
import type { MeasuredKind } from './measure-runs.ts'
import type { Setting } from './setting.ts'

export function mailRows(setting: Setting): MeasuredKind {
  return {
    name: 'mail',
    changeOnePercent: () => changeOnePercent(setting),
    downloadPlainly: () => downloadMail(setting.tenant),
  }
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
