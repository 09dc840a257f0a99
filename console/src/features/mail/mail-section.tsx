import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { MailInboxRegular, MailReadRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../elements/index.ts'
import { organizationQuery } from '../organization/organization.ts'
import { FolderTree } from './folder-tree.tsx'
import type { MailScope } from './mail.ts'
import { MailBar } from './mail-bar.tsx'
import { MailList } from './mail-list.tsx'
import { MailboxList } from './mailbox-list.tsx'
import { ReadingPane } from './reading-pane.tsx'

const route = getRouteApi('/frame/organizations/$organizationId/mail')

const useStyles = makeStyles({
  layout: {
    display: 'grid',
    gridTemplateColumns: '256px minmax(320px, 5fr) minmax(0, 7fr)',
    height: 'calc(100vh - 322px)',
    minHeight: '460px',
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusXLarge,
    overflow: 'hidden',
    '@media (max-width: 1000px)': { gridTemplateColumns: '240px minmax(0, 1fr)' },
    '@media (max-width: 640px)': { gridTemplateColumns: 'minmax(0, 1fr)', height: '76vh' },
  },
  pane: {
    display: 'flex',
    flexDirection: 'column',
    minWidth: 0,
    minHeight: 0,
    ':not(:last-child)': { borderRight: `1px solid ${tokens.colorNeutralStroke2}` },
  },
  // Below 1000 px the reading pane takes the list's place, below 640 px one pane is shown at a time.
  hiddenMedium: { '@media (max-width: 1000px)': { display: 'none' } },
  hiddenSmall: { '@media (max-width: 640px)': { display: 'none' } },
})

/** Mail browser: mailbox → folder → mails → one mail. What is open stands in the address, so 'back' works and links can be shared. */
export function MailSection() {
  const { t } = useTranslation()
  const styles = useStyles()
  const { organizationId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { data: organization } = useQuery(organizationQuery(organizationId))
  // On a narrow screen: whether the list is shown instead of mailboxes and folders.
  const [listShown, setListShown] = useState(Boolean(search.folder || search.q || search.item))
  const { mailbox, folder, q, at, item } = search
  const scope: MailScope = { organizationId, mailbox, folder, q, at }
  const hasScope = Boolean(q || mailbox)

  const change = (next: Partial<typeof search>) =>
    void navigate({ search: (previous) => ({ ...previous, item: undefined, ...next }) })

  if (!organization) return null
  return (
    <>
      <MailBar
        organizationId={organizationId}
        query={q ?? ''}
        at={at}
        onQuery={(text) => {
          // A new search looks everywhere; clearing it keeps the mailbox that was open.
          change(
            text ? { q: text, ...(q ? {} : { mailbox: undefined, folder: undefined }) } : { q: undefined },
          )
          setListShown(Boolean(text))
        }}
        onAt={(sequence) => change({ at: sequence, folder: undefined })}
      />
      <div className={styles.layout}>
        <section
          className={mergeClasses(styles.pane, (listShown || item) && styles.hiddenSmall)}
          aria-label={mailbox ? t('mail.folders') : t('mail.mailboxes')}
        >
          {mailbox ? (
            <FolderTree
              mailboxId={mailbox}
              folder={folder}
              at={at}
              onBack={() => change({ mailbox: undefined, folder: undefined })}
              onFolder={(id) => {
                change({ folder: id, q: undefined })
                setListShown(true)
              }}
            />
          ) : (
            <MailboxList
              organizationId={organizationId}
              onMailbox={(id) => change({ mailbox: id, folder: undefined })}
            />
          )}
        </section>
        <section
          className={mergeClasses(styles.pane, !listShown && styles.hiddenSmall, item && styles.hiddenMedium)}
          aria-label={t('mail.list')}
        >
          {hasScope ? (
            <MailList
              key={JSON.stringify(scope)}
              organization={organization}
              scope={scope}
              openItem={item}
              onOpen={(id) => change({ item: id })}
              onBack={() => setListShown(false)}
            />
          ) : (
            <EmptyState icon={<MailInboxRegular />} title={t('mail.choose')} text={t('mail.chooseText')} />
          )}
        </section>
        <section
          className={mergeClasses(styles.pane, !item && styles.hiddenMedium)}
          aria-label={t('mail.reading')}
        >
          {item ? (
            <ReadingPane
              key={item}
              itemId={item}
              organization={organization}
              onBack={() => {
                change({})
                setListShown(true)
              }}
            />
          ) : (
            <EmptyState icon={<MailReadRegular />} title={t('mail.chooseMail')} text="" />
          )}
        </section>
      </div>
    </>
  )
}
