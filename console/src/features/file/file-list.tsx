import {
  Link,
  makeStyles,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  tokens,
} from '@fluentui/react-components'
import { BookRegular, DocumentRegular, FolderFilled, FolderOpenRegular } from '@fluentui/react-icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { FileView, OrganizationView } from '../../../../src/contract/index.ts'
import { rowsOf } from '../../api/pages.ts'
import { EmptyState, LoadMore, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { formatBytes, formatTime } from '../../format/format.ts'
import { SelectAllCell, SelectCell, useRowSelection } from '../browse/row-selection.tsx'
import { type FileScope, filesQuery } from './file.ts'
import { FileActions } from './file-actions.tsx'

interface FileListProps {
  organization: OrganizationView
  scope: FileScope
  onFolder: (id: string) => void
  onFile: (id: string) => void
}

const useStyles = makeStyles({
  // The width of what is left: the table lays its columns out by its head.
  name: {
    width: '50%',
    overflowWrap: 'anywhere',
    padding: '6px 8px',
    '@media (max-width: 640px)': { width: 'auto' },
  },
  main: { display: 'flex', gap: '8px', alignItems: 'flex-start' },
  icon: { flexShrink: 0, fontSize: '20px', color: tokens.colorNeutralForeground3 },
  link: { textAlign: 'start', overflowWrap: 'anywhere' },
  // On a narrow screen size and date stand under the name.
  wide: { '@media (max-width: 640px)': { display: 'none' } },
  narrow: { display: 'none', '@media (max-width: 640px)': { display: 'block' } },
})

const icons = { file: <DocumentRegular />, folder: <FolderFilled />, notebook: <BookRegular /> }

/** What lies in a folder, or what a search found: a table with a checkbox a row. */
export function FileList({ organization, scope, onFolder, onFile }: FileListProps) {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  const query = useInfiniteQuery(filesQuery(scope))
  const rows = rowsOf(query.data)
  const selection = useRowSelection(rows)

  const size = (row: FileView) => (row.size === null ? '' : formatBytes(row.size))
  return (
    <>
      <FileActions
        organization={organization}
        scope={scope}
        rows={rows}
        ids={selection.ids}
        onClear={selection.clear}
      />
      <ProblemBar error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <Rows count={7} height={32} />}
      {query.isSuccess && rows.length === 0 && (
        <EmptyState
          icon={<FolderOpenRegular />}
          title={scope.q ? t('file.noResults') : t('file.empty')}
          text={scope.q ? t('file.noResultsText') : t('file.emptyText')}
        />
      )}
      {rows.length > 0 && (
        <Table size="small" aria-label={t('file.list')}>
          <TableHeader>
            <TableRow>
              <SelectAllCell selection={selection} label={t('file.selectAll')} />
              <TableHeaderCell className={styles.name}>{t('file.name')}</TableHeaderCell>
              <TableHeaderCell className={styles.wide}>{t('file.size')}</TableHeaderCell>
              <TableHeaderCell className={styles.wide}>{t('file.modified')}</TableHeaderCell>
              <TableHeaderCell className={styles.wide}>{t('file.modifiedBy')}</TableHeaderCell>
            </TableRow>
          </TableHeader>
          <TableBody>
            {rows.map((row) => (
              <TableRow key={row.id} aria-selected={selection.ids.has(row.id)}>
                <SelectCell selection={selection} id={row.id} label={t('file.select', { name: row.name })} />
                <TableCell className={styles.name}>
                  <div className={styles.main}>
                    <span className={styles.icon} aria-hidden>
                      {icons[row.kind]}
                    </span>
                    <div>
                      <Link
                        as="button"
                        className={styles.link}
                        onClick={() => (row.kind === 'file' ? onFile(row.id) : onFolder(row.id))}
                      >
                        {row.name}
                      </Link>
                      <div className={page.small}>
                        {[
                          row.kind !== 'file' && t(`file.${row.kind}`),
                          scope.q && `${row.driveAddress} · ${row.folderPath}`,
                          row.shared && t('file.shared'),
                        ]
                          .filter(Boolean)
                          .join(' · ')}
                        <span className={styles.narrow}>
                          {[size(row), formatTime(row.modifiedAt)].filter(Boolean).join(' · ')}
                        </span>
                      </div>
                    </div>
                  </div>
                </TableCell>
                <TableCell className={styles.wide}>{size(row)}</TableCell>
                <TableCell className={styles.wide}>{formatTime(row.modifiedAt)}</TableCell>
                <TableCell className={styles.wide}>{row.modifiedBy ?? '–'}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      <LoadMore query={query} />
    </>
  )
}
