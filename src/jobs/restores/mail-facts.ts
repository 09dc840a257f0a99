import type { StoredItem } from '../../catalog/index.ts'
import type { RestoredMailFacts as MailFacts } from '../../workloads/index.ts'

/** What the catalog knows of a mail, in the words of the mail workload. */
export function mailFactsOf(item: StoredItem): MailFacts {
  const { view, people, metadata } = item
  return {
    subject: view.subject,
    from: view.from,
    sender: personOf(metadata['sender']),
    to: view.to,
    cc: people.cc,
    bcc: people.bcc,
    replyTo: people.replyTo,
    receivedAt: view.receivedAt,
    sentAt: view.sentAt,
    isRead: view.isRead,
    isDraft: view.isDraft,
    importance: view.importance,
    categories: view.categories,
    flag: metadata['flag'] ?? { flagStatus: view.flag },
    internetMessageId: item.internetMessageId,
  }
}

/** A Graph recipient as it was stored. */
function personOf(value: unknown): { name: string; address: string } | null {
  const address = (value as { emailAddress?: { name?: string; address?: string } } | null | undefined)
    ?.emailAddress
  return address?.address ? { name: address.name ?? '', address: address.address } : null
}
