import { Button, makeStyles } from '@fluentui/react-components'
import { ArrowDownloadRegular, ArrowUndoRegular } from '@fluentui/react-icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { rowsOf } from '../../api/pages.ts'
import { LoadMore, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { formatBytes, formatTime } from '../../format/format.ts'
import { olderVersionsQuery, versionAddress } from './file.ts'

const useStyles = makeStyles({
  versions: { listStyleType: 'none', margin: 0, padding: 0 },
  version: { display: 'flex', flexWrap: 'wrap', gap: '4px 12px', alignItems: 'center', minHeight: '32px' },
})

/** The older versions of a file that Microsoft kept and the backup took: each can be saved and put back. */
export function OlderVersions(props: { fileId: string; onRestore: (version: string) => void }) {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  const query = useInfiniteQuery(olderVersionsQuery(props.fileId))
  return (
    <>
      <h3 className={page.heading}>{t('file.olderVersions')}</h3>
      <ProblemBar error={query.error} onRetry={() => void query.refetch()} />
      <ul className={styles.versions} aria-label={t('file.olderVersions')}>
        {rowsOf(query.data).map(({ version, modifiedAt, modifiedBy, size }) => (
          <li key={version} className={styles.version}>
            <span>
              {version} · {formatTime(modifiedAt)} · {formatBytes(size)} · {modifiedBy ?? '–'}
            </span>
            <Button
              as="a"
              size="small"
              appearance="subtle"
              icon={<ArrowDownloadRegular />}
              href={versionAddress(props.fileId, version)}
              download=""
              aria-label={t('file.downloadVersion', { version })}
            >
              {t('file.downloadSome')}
            </Button>
            <Button
              size="small"
              appearance="subtle"
              icon={<ArrowUndoRegular />}
              aria-label={t('file.restoreVersion', { version })}
              onClick={() => props.onRestore(version)}
            >
              {t('file.restore')}
            </Button>
          </li>
        ))}
      </ul>
      <LoadMore query={query} />
    </>
  )
}
