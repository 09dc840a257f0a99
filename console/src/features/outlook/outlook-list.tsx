import {
  Button,
  Link,
  makeStyles,
  mergeClasses,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  tokens,
} from '@fluentui/react-components'
import { ArrowLeftRegular, AttachRegular, ImportantFilled } from '@fluentui/react-icons'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type {
  OrganizationView,
  OutlookItemView,
  OutlookWorkloadName,
} from '../../../../src/contract/index.ts'
import { rowsOf } from '../../api/pages.ts'
import { EmptyState, LoadMore, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { SelectAllCell, SelectCell, useRowSelection } from '../browse/row-selection.tsx'
import { foldersQuery, itemsOf, type MailScope } from '../mail/mail.ts'
import { useColumns } from './columns.tsx'
import { outlookItemsQuery } from './outlook.ts'
import { OutlookActions } from './outlook-actions.tsx'
import { workloadIcons } from './workload-icons.tsx'

interface OutlookListProps {
  organization: OrganizationView
  workload: OutlookWorkloadName
  scope: MailScope
  openItem: string | undefined
  onOpen: (id: string) => void
  onBack: () => void
}

const narrow = '@container (max-width: 560px)'

const useStyles = makeStyles({
  head: {
    display: 'flex',
    alignItems: 'center',
    gap: '8px',
    padding: '0 12px',
    minHeight: '40px',
    flexShrink: 0,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  back: { display: 'none', '@media (max-width: 640px)': { display: 'inline-flex' } },
  list: { flexGrow: 1, minHeight: 0, overflowY: 'auto', containerType: 'inline-size', padding: '0 6px 8px' },
  title: { width: '34%', overflowWrap: 'anywhere', padding: '6px 8px', [narrow]: { width: 'auto' } },
  link: { textAlign: 'start', overflowWrap: 'anywhere' },
  cell: { overflowWrap: 'anywhere', padding: '6px 8px' },
  // In a narrow place what the columns say stands under the title.
  wide: { [narrow]: { display: 'none' } },
  below: {
    display: 'none',
    [narrow]: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '0 8px' },
  },
  icon: { marginInlineStart: '6px', verticalAlign: 'text-bottom', color: tokens.colorNeutralForeground3 },
  important: { color: tokens.colorPaletteRedForeground1 },
  open: { backgroundColor: tokens.colorNeutralBackground1Selected },
})

/** What is in a calendar, contact folder or task list, or what a search found: a table with a checkbox a row. */
export function OutlookList({ organization, workload, scope, openItem, onOpen, onBack }: OutlookListProps) {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  const query = useInfiniteQuery(outlookItemsQuery(workload, scope))
  const rows = rowsOf(query.data)
  const folders = useQuery({
    ...foldersQuery(scope.mailbox ?? '', scope.at),
    enabled: scope.mailbox !== undefined && !scope.q,
  })
  const selection = useRowSelection(rows)
  const total =
    folders.data && !scope.q
      ? itemsOf(folders.data, scope.folder)
      : query.isSuccess && !query.hasNextPage
        ? rows.length
        : undefined
  const nothingThen = folders.data?.length === 0 && !scope.q
  const columns = useColumns(workload)

  const title = (item: OutlookItemView) => item.title || t(`outlook.${workload}.untitled`)
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
        <span className={page.small}>
          {[
            scope.q && t('mail.searchResults', { query: scope.q }),
            total === undefined
              ? !scope.q && t(`outlook.${workload}.list`)
              : t(`outlook.${workload}.count`, { count: total }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      <OutlookActions
        organization={organization}
        workload={workload}
        scope={scope}
        ids={selection.ids}
        total={total}
        onClear={selection.clear}
      />
      <ProblemBar error={query.error} onRetry={() => void query.refetch()} />
      <div className={styles.list}>
        {query.isPending && <Rows count={7} height={36} />}
        {query.isSuccess && rows.length === 0 && (
          <EmptyState
            icon={workloadIcons[workload]}
            title={
              scope.q
                ? t('mail.noResults')
                : t(nothingThen ? `outlook.${workload}.nothingThen` : `outlook.${workload}.empty`)
            }
            text={
              scope.q
                ? t('outlook.noResultsText')
                : t(nothingThen ? `outlook.${workload}.nothingThenText` : `outlook.${workload}.emptyText`)
            }
          />
        )}
        {rows.length > 0 && (
          <Table size="small" aria-label={t(`outlook.${workload}.list`)}>
            <TableHeader>
              <TableRow>
                <SelectAllCell selection={selection} label={t('outlook.selectAll')} />
                <TableHeaderCell className={styles.title}>
                  {t(
                    workload === 'contacts'
                      ? 'outlook.columns.name'
                      : workload === 'calendar'
                        ? 'outlook.columns.subject'
                        : 'outlook.columns.title',
                  )}
                </TableHeaderCell>
                {columns.map(({ header }) => (
                  <TableHeaderCell key={header} className={styles.wide}>
                    {header}
                  </TableHeaderCell>
                ))}
              </TableRow>
            </TableHeader>
            <TableBody>
              {rows.map((item) => (
                <TableRow
                  key={item.id}
                  aria-selected={selection.ids.has(item.id)}
                  className={mergeClasses(item.id === openItem && styles.open)}
                >
                  <SelectCell
                    selection={selection}
                    id={item.id}
                    label={t('outlook.select', { name: title(item) })}
                  />
                  <TableCell className={styles.title}>
                    <Link
                      as="button"
                      className={styles.link}
                      aria-current={item.id === openItem}
                      onClick={() => onOpen(item.id)}
                    >
                      {title(item)}
                    </Link>
                    {item.task?.importance === 'high' && (
                      <ImportantFilled
                        className={mergeClasses(styles.icon, styles.important)}
                        aria-label={t('outlook.important')}
                      />
                    )}
                    {item.hasAttachments && workload !== 'contacts' && (
                      <AttachRegular className={styles.icon} aria-label={t('outlook.attachments')} />
                    )}
                    <span className={mergeClasses(styles.below, page.small)}>
                      {columns.map(({ header, cell }) => (
                        <span key={header}>{cell(item)}</span>
                      ))}
                    </span>
                    {scope.q && !scope.mailbox && (
                      <span className={page.small} style={{ display: 'block' }}>
                        {item.userPrincipalName} · {item.folderPath}
                      </span>
                    )}
                  </TableCell>
                  {columns.map(({ header, cell }) => (
                    <TableCell key={header} className={mergeClasses(styles.cell, styles.wide)}>
                      {cell(item)}
                    </TableCell>
                  ))}
                </TableRow>
              ))}
            </TableBody>
          </Table>
        )}
        <LoadMore query={query} />
      </div>
    </>
  )
}
