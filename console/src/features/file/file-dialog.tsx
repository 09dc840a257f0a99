import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { FileDetailView } from '../../../../src/contract/index.ts'
import { Facts, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { formatBytes, formatTime } from '../../format/format.ts'
import { contentAddress, filePreviewAddress, fileQuery } from './file.ts'
import { OlderVersions } from './older-versions.tsx'

const useStyles = makeStyles({
  surface: { maxWidth: '760px' },
  title: { overflowWrap: 'anywhere' },
  picture: {
    maxWidth: '100%',
    maxHeight: '320px',
    objectFit: 'contain',
    alignSelf: 'flex-start',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
  },
  // Text comes on a white page, in a dark theme too.
  text: {
    width: '100%',
    height: '220px',
    boxSizing: 'border-box',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: '#fff',
  },
  versions: { listStyleType: 'none', margin: 0, padding: 0 },
  version: { display: 'flex', flexWrap: 'wrap', gap: '4px 12px', alignItems: 'center', minHeight: '32px' },
})

/** One file: its facts, a preview where that is safe, the states that are kept of it, and the download. */
export function FileDialog(props: {
  fileId: string
  onFile: (id: string) => void
  onRestoreVersion: (version: string) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  const { fileId } = props
  const { data, error, refetch } = useQuery(fileQuery(fileId))
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && props.onClose()}>
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle className={styles.title}>{data?.file.name ?? t('file.title')}</DialogTitle>
          <DialogContent className={page.dialog}>
            <ProblemBar error={error} onRetry={() => void refetch()} />
            {data ? (
              <>
                <FileFacts data={data} onFile={props.onFile} />
                {data.olderVersions > 0 && (
                  <OlderVersions fileId={fileId} onRestore={props.onRestoreVersion} />
                )}
              </>
            ) : (
              !error && <Rows count={5} height={22} />
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={props.onClose}>{t('common.close')}</Button>
            <Button
              as="a"
              appearance="primary"
              icon={<ArrowDownloadRegular />}
              href={contentAddress(fileId)}
              download=""
            >
              {t('file.downloadOne')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

function FileFacts({ data, onFile }: { data: FileDetailView; onFile: (id: string) => void }) {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  const { file } = data
  const shared = data.sharedWith > 0 ? t('file.sharedWith', { count: data.sharedWith }) : t('file.notShared')
  return (
    <>
      {data.preview === 'image' && (
        <img className={styles.picture} src={filePreviewAddress(file.id)} alt={t('file.preview')} />
      )}
      {data.preview === 'text' && (
        <iframe
          className={styles.text}
          sandbox=""
          src={filePreviewAddress(file.id)}
          title={t('file.previewText')}
        />
      )}
      {data.preview === null && <span className={page.small}>{t('file.noPreview')}</span>}
      <Facts
        facts={[
          [t('file.where'), `${file.driveAddress} · ${file.folderPath}`],
          [t('file.size'), formatBytes(file.size ?? 0)],
          [t('file.modified'), `${formatTime(file.modifiedAt)} · ${file.modifiedBy ?? '–'}`],
          [t('file.created'), `${formatTime(file.createdAt)} · ${data.createdBy ?? '–'}`],
          [t('file.sharing'), shared],
          [t('file.checked'), t(`file.hashChecks.${data.hashCheck}`)],
          [
            t('file.hash'),
            <span key="hash" className={page.mono}>
              {data.sha256}
            </span>,
          ],
        ]}
      />
      <h3 className={page.heading}>{t('file.versions')}</h3>
      <ul className={styles.versions} aria-label={t('file.versions')}>
        {data.versions.map((version) => (
          <li key={version.id} className={styles.version}>
            <span>
              {formatTime(version.modifiedAt)} · {formatBytes(version.size)} ·{' '}
              {version.untilRun === null
                ? t('file.fromRun', { run: version.fromRun })
                : t('file.betweenRuns', { from: version.fromRun, until: version.untilRun })}
            </span>
            {version.id === file.id ? (
              <span className={page.small}>{t('file.current')}</span>
            ) : (
              <Button
                size="small"
                appearance="subtle"
                aria-label={t('file.showNamed', { run: version.fromRun })}
                onClick={() => onFile(version.id)}
              >
                {t('file.show')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
