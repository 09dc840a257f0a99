import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, type ReactNode, useState } from 'react'
import type { OrganizationView, ResourceWorkload } from '../../../../src/contract/index.ts'
import { EmptyState } from '../../elements/index.ts'
import type { MailSearch } from '../../router.tsx'
import { FolderTree } from '../mail/folder-tree.tsx'
import type { MailScope } from '../mail/mail.ts'
import { MailBar } from '../mail/mail-bar.tsx'
import { MailboxList } from '../mail/mailbox-list.tsx'
import { organizationQuery } from '../organization/organization.ts'
import type { BrowseTexts } from './browse.ts'

interface BrowseSectionProps {
  organizationId: string
  workload: ResourceWorkload
  search: MailSearch
  onSearch: (next: Partial<MailSearch>) => void
  texts: BrowseTexts
  icons: { readonly list: ReactElement; readonly reading: ReactElement }
  folderIcons?: { folder: ReactElement; all: ReactElement }
  /** The list takes all of the place until something is opened. */
  wideList?: boolean
  list: (place: {
    organization: OrganizationView
    scope: MailScope
    openItem: string | undefined
    onOpen: (id: string) => void
    onBack: () => void
  }) => ReactNode
  reading: (place: { organization: OrganizationView; itemId: string; onBack: () => void }) => ReactNode
}

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
  even: { gridTemplateColumns: '256px minmax(320px, 1fr) minmax(0, 1fr)' },
  alone: {
    gridTemplateColumns: '256px minmax(0, 1fr)',
    '@media (max-width: 1000px)': { gridTemplateColumns: '240px minmax(0, 1fr)' },
    '@media (max-width: 640px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
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

/** Browser of what mailboxes hold: user → folder → items → one item. What is open stands in the address, so 'back' works and links can be shared. */
export function BrowseSection(props: BrowseSectionProps) {
  const styles = useStyles()
  const { organizationId, workload, texts, search, onSearch: change } = props
  const { data: organization } = useQuery(organizationQuery(organizationId))
  // On a narrow screen: whether the list is shown instead of mailboxes and folders.
  const [listShown, setListShown] = useState(Boolean(search.folder || search.q || search.item))
  const { mailbox, folder, q, at, item } = search
  const scope: MailScope = { organizationId, mailbox, folder, q, at }
  const hasScope = Boolean(q || mailbox)
  const readingShown = Boolean(item) || !props.wideList
  const layout = props.wideList && (readingShown ? styles.even : styles.alone)

  if (!organization) return null
  return (
    <>
      <MailBar
        organizationId={organizationId}
        query={q ?? ''}
        at={at}
        texts={{ label: texts.search, placeholder: texts.searchPlaceholder }}
        onQuery={(text) => {
          // A new search looks everywhere; clearing it keeps the mailbox that was open.
          change(
            text ? { q: text, ...(q ? {} : { mailbox: undefined, folder: undefined }) } : { q: undefined },
          )
          setListShown(Boolean(text))
        }}
        onAt={(sequence) => change({ at: sequence, folder: undefined })}
      />
      <div className={mergeClasses(styles.layout, layout)}>
        <section
          className={mergeClasses(styles.pane, (listShown || item) && styles.hiddenSmall)}
          aria-label={mailbox ? texts.folders : texts.mailboxes}
        >
          {mailbox ? (
            <FolderTree
              mailboxId={mailbox}
              folder={folder}
              at={at}
              texts={texts}
              {...(props.folderIcons && { icons: props.folderIcons })}
              onBack={() => change({ mailbox: undefined, folder: undefined })}
              onFolder={(id) => {
                change({ folder: id, q: undefined })
                setListShown(true)
              }}
            />
          ) : (
            <MailboxList
              organizationId={organizationId}
              workload={workload}
              texts={texts}
              onMailbox={(id) => change({ mailbox: id, folder: undefined })}
            />
          )}
        </section>
        <section
          className={mergeClasses(styles.pane, !listShown && styles.hiddenSmall, item && styles.hiddenMedium)}
          aria-label={texts.list}
        >
          {hasScope ? (
            props.list({
              organization,
              scope,
              openItem: item,
              onOpen: (id) => change({ item: id }),
              onBack: () => setListShown(false),
            })
          ) : (
            <EmptyState icon={props.icons.list} title={texts.choose} text={texts.chooseText} />
          )}
        </section>
        {readingShown && (
          <section
            className={mergeClasses(styles.pane, !item && styles.hiddenMedium)}
            aria-label={texts.reading}
          >
            {item ? (
              props.reading({
                organization,
                itemId: item,
                onBack: () => {
                  change({})
                  setListShown(true)
                },
              })
            ) : (
              <EmptyState icon={props.icons.reading} title={texts.chooseItem} text="" />
            )}
          </section>
        )}
      </div>
    </>
  )
}
