import {
  Breadcrumb,
  BreadcrumbButton,
  BreadcrumbDivider,
  BreadcrumbItem,
  Button,
} from '@fluentui/react-components'
import { ArrowLeftRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemBar, usePageStyles } from '../../elements/index.ts'
import { MailBar } from '../mail/mail-bar.tsx'
import { organizationQuery } from '../organization/organization.ts'
import { DriveList } from './drive-list.tsx'
import { type FileScope, folderPathQuery } from './file.ts'
import { FileDialog } from './file-dialog.tsx'
import { FileList } from './file-list.tsx'
import { RestoreFilesDialog } from './restore-files-dialog.tsx'

const route = getRouteApi('/frame/organizations/$organizationId/files')

/** Files browser: drive → folders → one file. What is open stands in the address, so 'back' works and links can be shared. */
export function FilesSection() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { organizationId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { data: organization } = useQuery(organizationQuery(organizationId))
  const { drive, folder, q, at, file } = search
  const scope: FileScope = { organizationId, drive, folder, q, at }
  const path = useQuery({ ...folderPathQuery(scope), enabled: drive !== undefined && !q })
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: (previous) => ({ ...previous, file: undefined, ...next }) })
  const [older, setOlder] = useState<{ file: string; version: string } | null>(null)
  if (!organization) return null
  return (
    <>
      <MailBar
        organizationId={organizationId}
        query={q ?? ''}
        at={at}
        texts={{ label: t('file.search'), placeholder: t('file.searchPlaceholder') }}
        // A new search looks everywhere; clearing it keeps the drive that was open.
        onQuery={(text) =>
          change(text ? { q: text, ...(q ? {} : { drive: undefined, folder: undefined }) } : { q: undefined })
        }
        onAt={(sequence) => change({ at: sequence, folder: undefined })}
      />
      {!q && !drive ? (
        <DriveList
          organizationId={organizationId}
          onDrive={(id) => change({ drive: id, folder: undefined })}
        />
      ) : (
        <section className={page.card} aria-label={t('file.list')}>
          <div className={page.row}>
            <Button
              appearance="subtle"
              size="small"
              icon={<ArrowLeftRegular />}
              onClick={() => change({ q: undefined, drive: undefined, folder: undefined })}
            >
              {t('file.allDrives')}
            </Button>
            {q ? (
              <h2 className={page.heading}>{t('file.results', { query: q })}</h2>
            ) : (
              <Breadcrumb aria-label={t('file.path')} style={{ flexWrap: 'wrap' }}>
                {path.data?.map((step, index) => (
                  <Fragment key={step.id}>
                    {index > 0 && <BreadcrumbDivider />}
                    <BreadcrumbItem>
                      <BreadcrumbButton
                        current={index === path.data.length - 1}
                        onClick={() => change({ folder: index === 0 ? undefined : step.id })}
                      >
                        {step.name}
                      </BreadcrumbButton>
                    </BreadcrumbItem>
                  </Fragment>
                ))}
              </Breadcrumb>
            )}
          </div>
          <ProblemBar error={path.error} onRetry={() => void path.refetch()} />
          <FileList
            key={JSON.stringify(scope)}
            organization={organization}
            scope={scope}
            onFolder={(id) => change({ folder: id })}
            onFile={(id) => change({ file: id })}
          />
        </section>
      )}
      {file && (
        <FileDialog
          fileId={file}
          onFile={(id) => change({ file: id })}
          onRestoreVersion={(version) => {
            setOlder({ file, version })
            change({})
          }}
          onClose={() => change({})}
        />
      )}
      {older && (
        <RestoreFilesDialog
          organization={organization}
          selection={{ items: [older.file] }}
          version={older.version}
          onClose={() => setOlder(null)}
        />
      )}
    </>
  )
}
