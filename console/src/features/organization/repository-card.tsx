import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { CommandBlock, Facts, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { formatCount, formatTime } from '../../format/format.ts'
import { useMay } from '../operator/operator.ts'
import { ResticAccessCard } from '../restic-access/restic-access-card.tsx'
import { repositoryQuery } from './organization.ts'
import { RepositoryPasswordDialog } from './repository-password-dialog.tsx'

/** Where the backups are, and the ways to them without this server. */
export function RepositoryCard({ organizationId }: { organizationId: string }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const mayOpen = useMay()('vault.secrets')
  const { data, error, isPending, refetch } = useQuery(repositoryQuery(organizationId))
  const mono = (value: string) => <span className={page.mono}>{value}</span>
  return (
    <>
      <section className={page.card} aria-labelledby="repository">
        <h2 id="repository" className={page.heading}>
          {t('organization.repository')}
        </h2>
        <p className={page.lead}>{t('organization.repositoryText')}</p>
        <ProblemBar error={error} intent="warning" onRetry={() => void refetch()} />
        {isPending && <Rows count={1} height={40} />}
        {data && (
          <>
            <Facts
              facts={[
                [t('organization.location'), mono(data.location)],
                [t('organization.snapshots'), formatCount(data.snapshots)],
                [t('organization.head'), mono(data.headSnapshotId?.slice(0, 8) ?? t('common.none'))],
                ...(data.retention
                  ? [
                      [
                        t('organization.lockedUntil'),
                        data.retention.keptUntil
                          ? formatTime(data.retention.keptUntil)
                          : t('organization.notLocked'),
                      ] as const,
                    ]
                  : []),
              ]}
            />
            <CommandBlock
              name={t('organization.commands')}
              text={t('organization.commandsText')}
              lines={data.commands}
            />
            {mayOpen && (
              <div>
                <RepositoryPasswordDialog organizationId={organizationId} />
              </div>
            )}
          </>
        )}
      </section>
      {data && mayOpen && <ResticAccessCard organizationId={organizationId} />}
    </>
  )
}
