import { Button, makeStyles, SearchBox, tokens } from '@fluentui/react-components'
import { CloudRegular, DocumentFolderRegular, FolderOpenRegular, WarningRegular } from '@fluentui/react-icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { rowsOf } from '../../api/pages.ts'
import { EmptyState, LoadMore, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { drivesQuery } from './file.ts'

const useStyles = makeStyles({
  box: { maxWidth: '420px', width: '100%' },
  list: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'grid',
    gap: '4px 12px',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(340px, 100%), 1fr))',
  },
  drive: {
    width: '100%',
    justifyContent: 'flex-start',
    textAlign: 'start',
    padding: '8px 10px',
    fontWeight: tokens.fontWeightRegular,
  },
  lines: { display: 'block', minWidth: 0, overflow: 'hidden' },
  line: { display: 'block', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
})

/** All OneDrives and document libraries, to choose one. */
export function DriveList(props: { organizationId: string; onDrive: (id: string) => void }) {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  const [text, setText] = useState('')
  const search = useDeferredValue(text.trim())
  const drives = useInfiniteQuery({
    ...drivesQuery(props.organizationId, search),
    placeholderData: (previous) => previous,
  })
  const rows = rowsOf(drives.data)
  return (
    <section className={page.card} aria-labelledby="drives">
      <h2 id="drives" className={page.heading}>
        {t('file.drives')}
      </h2>
      <p className={page.lead}>{t('file.drivesText')}</p>
      <SearchBox
        className={styles.box}
        value={text}
        aria-label={t('file.findDrive')}
        placeholder={t('file.findDrive')}
        onChange={(_, data) => setText(data.value)}
        dismiss={{ 'aria-label': t('mail.clearSearch') }}
      />
      <ProblemBar error={drives.error} onRetry={() => void drives.refetch()} />
      {drives.isPending && <Rows count={5} height={40} />}
      {drives.isSuccess && rows.length === 0 && (
        <EmptyState
          level={3}
          icon={<FolderOpenRegular />}
          title={search ? t('file.noMatch') : t('file.noDrives')}
          text={search ? '' : t('file.noDrivesText')}
        />
      )}
      <ul className={styles.list} aria-labelledby="drives">
        {rows.map((drive) => (
          <li key={drive.id}>
            <Button
              appearance="subtle"
              className={styles.drive}
              icon={drive.kind === 'oneDrive' ? <CloudRegular /> : <DocumentFolderRegular />}
              onClick={() => props.onDrive(drive.id)}
            >
              <span className={styles.lines}>
                <span className={styles.line}>
                  {drive.displayName || drive.userPrincipalName}{' '}
                  {drive.error && <WarningRegular aria-label={drive.error.title} />}
                </span>
                <span className={`${styles.line} ${page.small}`}>
                  {t(`file.kinds.${drive.kind}`)} · {t('file.driveItems', { count: drive.items })} ·{' '}
                  {drive.userPrincipalName}
                </span>
              </span>
            </Button>
          </li>
        ))}
      </ul>
      <LoadMore query={drives} />
    </section>
  )
}
