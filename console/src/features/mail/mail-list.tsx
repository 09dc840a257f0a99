import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { ArrowLeftRegular, MailOffRegular } from '@fluentui/react-icons'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { rowsOf } from '../../api/pages.ts'
import { EmptyState, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { foldersQuery, itemsOf, type MailScope, mailItemsQuery } from './mail.ts'
import { MailRow } from './mail-row.tsx'
import { extendTo, type MailSelection, moveTo, nothingSelected, selectAll, toggle } from './selection.ts'
import { SelectionBar } from './selection-bar.tsx'

interface MailListProps {
  organization: OrganizationView
  scope: MailScope
  openItem: string | undefined
  onOpen: (id: string) => void
  onBack: () => void
}

const rowHeight = 76
const rowId = (id: string) => `mail-${id}`

const useStyles = makeStyles({
  head: {
    display: 'flex',
    alignItems: 'center',
    gap: '8px',
    padding: '0 12px',
    minHeight: '40px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  title: { flexGrow: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  back: { display: 'none', '@media (max-width: 640px)': { display: 'inline-flex' } },
  list: {
    flexGrow: 1,
    minHeight: 0,
    overflowY: 'auto',
    position: 'relative',
    // The row that the keyboard is on shows the focus.
    outlineStyle: 'none',
  },
  inner: { position: 'relative', width: '100%' },
  skeleton: { padding: '12px' },
})

const hasEnded = (query: { isSuccess: boolean; hasNextPage: boolean }) =>
  query.isSuccess && !query.hasNextPage

/** Thousands of mails: only the rows on the screen are drawn, further pages come as one scrolls. */
export function MailList({ organization, scope, openItem, onOpen, onBack }: MailListProps) {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  const list = useRef<HTMLDivElement>(null)
  const query = useInfiniteQuery(mailItemsQuery(scope))
  const rows = rowsOf(query.data)
  const ids = rows.map(({ id }) => id)
  const folders = useQuery({
    ...foldersQuery(scope.mailbox ?? '', scope.at),
    enabled: scope.mailbox !== undefined && !scope.q,
  })
  const total =
    query.data?.pages[0]?.total ??
    (folders.data && !scope.q
      ? itemsOf(folders.data, scope.folder)
      : hasEnded(query)
        ? rows.length
        : undefined)
  const [selection, setSelection] = useState<MailSelection>(nothingSelected)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    getItemKey: (index) => rows[index]?.id ?? index,
  })
  const visible = virtualizer.getVirtualItems()
  const lastVisible = visible.at(-1)?.index ?? -1
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastVisible >= rows.length - 30) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastVisible, rows.length])

  function go(index: number, extend: boolean) {
    const target = Math.min(Math.max(index, 0), rows.length - 1)
    setSelection((now) => (extend ? extendTo(now, ids, target) : moveTo(now, target)))
    virtualizer.scrollToIndex(target)
  }
  function onKeyDown(event: KeyboardEvent) {
    const { active } = selection
    const pageSize = Math.max(1, Math.floor((list.current?.clientHeight ?? 0) / rowHeight) - 1)
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + pageSize,
      PageUp: active - pageSize,
      Home: 0,
      End: rows.length - 1,
    }
    const target = moves[event.key]
    if (target !== undefined) go(target, event.shiftKey)
    else if (event.key === ' ') setSelection((now) => toggle(now, ids, active))
    else if (event.key === 'Enter' && ids[active]) onOpen(ids[active])
    else if (event.key === 'Escape') setSelection((now) => ({ ...now, ids: new Set() }))
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) setSelection((now) => selectAll(now, ids))
    else return
    event.preventDefault()
  }
  function onRow(event: MouseEvent, index: number, onCheckbox: boolean) {
    const id = ids[index]
    if (event.shiftKey) setSelection((now) => extendTo(now, ids, index))
    else if (onCheckbox || event.ctrlKey || event.metaKey) setSelection((now) => toggle(now, ids, index))
    else if (id !== undefined) {
      setSelection((now) => moveTo(now, index))
      onOpen(id)
    }
  }
  const activeId = ids[selection.active]
  return (
    <>
      <div className={styles.head}>
        <Button
          className={styles.back}
          appearance="subtle"
          icon={<ArrowLeftRegular />}
          aria-label={t('mail.backToFolders')}
          onClick={onBack}
        />
        <span className={`${styles.title} ${page.small}`}>
          {[
            scope.q ? t('mail.searchResults', { query: scope.q }) : total === undefined && t('mail.list'),
            total !== undefined && t('mail.total', { count: total }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      <SelectionBar
        organization={organization}
        scope={scope}
        ids={selection.ids}
        total={total}
        onClear={() => setSelection((now) => ({ ...now, ids: new Set() }))}
      />
      <ProblemBar error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && (
        <div className={styles.skeleton}>
          <Rows count={7} height={rowHeight - 14} />
        </div>
      )}
      {query.isSuccess && rows.length === 0 && (
        <EmptyState
          icon={<MailOffRegular />}
          title={scope.q ? t('mail.noResults') : t('mail.emptyFolder')}
          text={scope.q ? t('mail.noResultsText') : t('mail.emptyFolderText')}
        />
      )}
      {rows.length > 0 && (
        <div
          ref={list}
          className={styles.list}
          role="listbox"
          tabIndex={0}
          aria-multiselectable
          aria-label={t('mail.list')}
          aria-activedescendant={
            activeId && visible.some(({ key }) => key === activeId) ? rowId(activeId) : undefined
          }
          onKeyDown={onKeyDown}
          onFocus={() => selection.active < 0 && setSelection((now) => moveTo(now, 0))}
        >
          <div role="presentation" className={styles.inner} style={{ height: virtualizer.getTotalSize() }}>
            {visible.map(({ index, start, size }) => {
              const item = rows[index]
              return (
                item && (
                  <MailRow
                    key={item.id}
                    id={rowId(item.id)}
                    item={item}
                    top={start}
                    height={size}
                    position={index + 1}
                    setSize={total ?? (query.hasNextPage ? -1 : rows.length)}
                    selected={selection.ids.has(item.id)}
                    active={index === selection.active}
                    open={item.id === openItem}
                    showMailbox={Boolean(scope.q) && !scope.mailbox}
                    onClick={(event, onCheckbox) => onRow(event, index, onCheckbox)}
                  />
                )
              )
            })}
          </div>
        </div>
      )}
    </>
  )
}
