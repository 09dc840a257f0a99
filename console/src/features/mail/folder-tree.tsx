import { Button, makeStyles, Tree, TreeItem, TreeItemLayout, tokens } from '@fluentui/react-components'
import { ArrowLeftRegular, FolderRegular, MailInboxAllRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import type { FolderView } from '../../../../src/contract/index.ts'
import { ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { formatCount } from '../../format/format.ts'
import type { BrowseTexts } from '../browse/browse.ts'
import { foldersQuery } from './mail.ts'

interface FolderTreeProps {
  texts: Pick<BrowseTexts, 'allMailboxes' | 'folders' | 'allFolders'>
  /** Of folders, and of everything in all of them. */
  icons?: { folder: ReactElement; all: ReactElement }
  mailboxId: string
  folder: string | undefined
  at: number | undefined
  onBack: () => void
  onFolder: (id: string | undefined) => void
}

/** As mail programs order them; all other folders follow by name, as the server sorts them. */
const knownOrder = ['Inbox', 'Drafts', 'Sent Items', 'Archive', 'Deleted Items', 'Junk Email']
const rank = ({ name }: FolderView) =>
  knownOrder.includes(name) ? knownOrder.indexOf(name) : knownOrder.length

const useStyles = makeStyles({
  head: { padding: '8px' },
  tree: { overflowY: 'auto', padding: '0 6px 8px', flexGrow: 1 },
  main: { minWidth: 0, overflow: 'hidden' },
  name: { display: 'block', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  chosen: { backgroundColor: tokens.colorBrandBackground2, borderRadius: tokens.borderRadiusMedium },
})

export function FolderTree(props: FolderTreeProps) {
  const { mailboxId, folder, at, onBack, onFolder, texts } = props
  const icons = props.icons ?? { folder: <FolderRegular />, all: <MailInboxAllRegular /> }
  const styles = useStyles()
  const page = usePageStyles()
  const { data: folders, error, refetch, isPending } = useQuery(foldersQuery(mailboxId, at))
  const parents = new Set(folders?.map(({ parentId }) => parentId))
  const known = new Set(folders?.map(({ id }) => id))

  const item = ({ id, name, items }: FolderView) => {
    const isBranch = parents.has(id)
    return (
      <TreeItem
        key={id}
        value={id}
        itemType={isBranch ? 'branch' : 'leaf'}
        aria-current={id === folder}
        onClick={(event) => {
          event.stopPropagation()
          onFolder(id)
        }}
      >
        <TreeItemLayout
          className={id === folder ? styles.chosen : ''}
          main={{ className: styles.main }}
          iconBefore={icons.folder}
          aside={<span className={page.small}>{items > 0 && ` ${formatCount(items)}`}</span>}
        >
          <span className={styles.name} title={name}>
            {name}
          </span>
        </TreeItemLayout>
        {isBranch && <Tree>{folders?.filter(({ parentId }) => parentId === id).map(item)}</Tree>}
      </TreeItem>
    )
  }
  return (
    <>
      <div className={styles.head}>
        <Button appearance="subtle" icon={<ArrowLeftRegular />} onClick={onBack}>
          {texts.allMailboxes}
        </Button>
      </div>
      <ProblemBar error={error} onRetry={() => void refetch()} />
      {isPending && (
        <div className={styles.head}>
          <Rows count={6} height={28} />
        </div>
      )}
      {folders && (
        <Tree
          key={mailboxId}
          className={styles.tree}
          aria-label={texts.folders}
          defaultOpenItems={folders.length <= 100 ? folders.map(({ id }) => id) : []}
        >
          <TreeItem
            value="all"
            itemType="leaf"
            aria-current={folder === undefined}
            onClick={() => onFolder(undefined)}
          >
            <TreeItemLayout className={folder === undefined ? styles.chosen : ''} iconBefore={icons.all}>
              {texts.allFolders}
            </TreeItemLayout>
          </TreeItem>
          {folders
            .filter(({ parentId }) => parentId === null || !known.has(parentId))
            .sort((a, b) => rank(a) - rank(b))
            .map(item)}
        </Tree>
      )}
    </>
  )
}
