import { Button, makeStyles, SearchBox, tokens } from '@fluentui/react-components'
import { MailInboxAllRegular, WarningRegular } from '@fluentui/react-icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ResourceWorkload } from '../../../../src/contract/index.ts'
import { rowsOf } from '../../api/pages.ts'
import { EmptyState, LoadMore, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import type { BrowseTexts } from '../browse/browse.ts'
import { mailboxesQuery } from './mail.ts'

const useStyles = makeStyles({
  head: { padding: '12px' },
  box: { width: '100%', maxWidth: 'none' },
  list: { listStyleType: 'none', margin: 0, padding: '0 6px 8px', overflowY: 'auto', flexGrow: 1 },
  mailbox: {
    width: '100%',
    justifyContent: 'flex-start',
    textAlign: 'start',
    padding: '6px 10px',
    fontWeight: tokens.fontWeightRegular,
  },
  lines: { display: 'block', minWidth: 0, overflow: 'hidden' },
  line: { display: 'block', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
})

interface MailboxListProps {
  organizationId: string
  workload: ResourceWorkload
  texts: Pick<
    BrowseTexts,
    'findMailbox' | 'noMatch' | 'noMailboxes' | 'noMailboxesText' | 'mailboxes' | 'count'
  >
  onMailbox: (id: string) => void
}

/** All users who have something of a workload in the backups, to choose one. */
export function MailboxList(props: MailboxListProps) {
  const { t } = useTranslation()
  const { texts } = props
  const styles = useStyles()
  const page = usePageStyles()
  const [text, setText] = useState('')
  const search = useDeferredValue(text.trim())
  const mailboxes = useInfiniteQuery({
    ...mailboxesQuery(props.organizationId, search, props.workload),
    placeholderData: (previous) => previous,
  })
  const rows = rowsOf(mailboxes.data)
  return (
    <>
      <div className={styles.head}>
        <SearchBox
          className={styles.box}
          value={text}
          aria-label={texts.findMailbox}
          placeholder={texts.findMailbox}
          onChange={(_, data) => setText(data.value)}
          dismiss={{ 'aria-label': t('mail.clearSearch') }}
        />
      </div>
      <ProblemBar error={mailboxes.error} onRetry={() => void mailboxes.refetch()} />
      {mailboxes.isPending && (
        <div className={styles.head}>
          <Rows count={6} height={40} />
        </div>
      )}
      {mailboxes.isSuccess && rows.length === 0 && (
        <EmptyState
          icon={<MailInboxAllRegular />}
          title={search ? texts.noMatch : texts.noMailboxes}
          text={search ? '' : texts.noMailboxesText}
        />
      )}
      <ul className={styles.list} aria-label={texts.mailboxes}>
        {rows.map((mailbox) => (
          <li key={mailbox.id}>
            <Button
              appearance="subtle"
              className={styles.mailbox}
              onClick={() => props.onMailbox(mailbox.id)}
            >
              <span className={styles.lines}>
                <span className={styles.line}>
                  {mailbox.displayName || mailbox.userPrincipalName}{' '}
                  {mailbox.error && <WarningRegular aria-label={mailbox.error.title} />}
                </span>
                <span className={`${styles.line} ${page.small}`}>
                  {texts.count(mailbox.items)} · {mailbox.userPrincipalName}
                </span>
              </span>
            </Button>
          </li>
        ))}
        <LoadMore query={mailboxes} />
      </ul>
    </>
  )
}
