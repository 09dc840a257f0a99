import {
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { CommandBlock, Facts, ProblemBar, Rows, ScrollRegion, usePageStyles } from '../../elements/index.ts'
import { formatCount, formatTime } from '../../format/format.ts'
import { RightsCard } from '../administrator-task/rights-card.tsx'
import { ResticAccessCard } from '../restic-access/restic-access-card.tsx'
import { isActive } from '../run/run.ts'
import { RunProgress } from '../run/run-progress.tsx'
import { CredentialText } from './credential-text.tsx'
import { HealthBadge } from './health-badge.tsx'
import { NotAvailableBar } from './not-available-bar.tsx'
import { organizationQuery, repositoryQuery } from './organization.ts'
import { RenameForm } from './rename-form.tsx'
import { RepositoryPasswordDialog } from './repository-password-dialog.tsx'

const route = getRouteApi('/frame/organizations/$organizationId')

export function OverviewSection() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { organizationId } = route.useParams()
  const { data: organization } = useQuery(organizationQuery(organizationId))
  const repository = useQuery(repositoryQuery(organizationId))
  if (!organization) return null
  const { lastRun } = organization
  return (
    <>
      {lastRun && isActive(lastRun) && <RunProgress run={lastRun} />}
      <section className={page.card} aria-labelledby="health">
        <h2 id="health" className={page.heading}>
          {t('organization.health')}
        </h2>
        <ScrollRegion name={t('organization.health')}>
          <Table size="small" aria-labelledby="health" style={{ minWidth: 480 }}>
            <TableHeader>
              <TableRow>
                <TableHeaderCell>{t('organization.workload')}</TableHeaderCell>
                <TableHeaderCell>{t('organization.read')}</TableHeaderCell>
                <TableHeaderCell>{t('organization.write')}</TableHeaderCell>
                <TableHeaderCell>{t('organization.checked')}</TableHeaderCell>
              </TableRow>
            </TableHeader>
            <TableBody>
              {organization.health.map((health) => (
                <TableRow key={health.workload}>
                  <TableCell>{t(`organization.workloads.${health.workload}`)}</TableCell>
                  <TableCell>
                    <HealthBadge state={health.read} />
                  </TableCell>
                  <TableCell>
                    <HealthBadge state={health.write} />
                  </TableCell>
                  <TableCell>
                    {health.checkedAt ? formatTime(health.checkedAt) : t('organization.notChecked')}
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </ScrollRegion>
        <NotAvailableBar notAvailable={organization.notAvailable} />
        {organization.health
          .filter(({ message, missingPermissions }) => message || missingPermissions.length > 0)
          .map(({ workload, message, missingPermissions }) => (
            <p key={workload} className={page.lead}>
              {message}{' '}
              {missingPermissions.length > 0 &&
                t('organization.missing', { list: missingPermissions.join(', ') })}
            </p>
          ))}
      </section>
      <RightsCard organization={organization} />
      <section className={page.card} aria-labelledby="connection">
        <h2 id="connection" className={page.heading}>
          {t('organization.connection')}
        </h2>
        <RenameForm key={organization.name} organization={organization} />
        <Facts
          wide
          facts={[
            [t('organization.cloud'), organization.cloudName],
            [t('organization.method'), t(`organization.methods.${organization.method}`)],
            [
              t('organization.credential'),
              <CredentialText key="credential" credential={organization.credential} />,
            ],
            [
              t('organization.tenant'),
              <span key="t" className={page.mono}>
                {organization.tenantId}
              </span>,
            ],
            [
              t('organization.application'),
              <span key="a" className={page.mono}>
                {organization.applicationId}
              </span>,
            ],
            [t('organization.added_at'), formatTime(organization.createdAt)],
            ...(organization.credential.thumbprint
              ? [
                  [
                    t('organization.thumbprint'),
                    <span key="p" className={page.mono}>
                      {organization.credential.thumbprint}
                    </span>,
                  ] as const,
                ]
              : []),
            [t('organization.mailboxes'), formatCount(organization.mailboxes)],
            [t('organization.items'), formatCount(organization.items)],
          ]}
        />
      </section>
      <section className={page.card} aria-labelledby="repository">
        <h2 id="repository" className={page.heading}>
          {t('organization.repository')}
        </h2>
        <p className={page.lead}>{t('organization.repositoryText')}</p>
        <ProblemBar error={repository.error} intent="warning" onRetry={() => void repository.refetch()} />
        {repository.isPending && <Rows count={1} height={40} />}
        {repository.data && (
          <>
            <Facts
              facts={[
                [
                  t('organization.location'),
                  <span key="l" className={page.mono}>
                    {repository.data.location}
                  </span>,
                ],
                [t('organization.snapshots'), formatCount(repository.data.snapshots)],
                [
                  t('organization.head'),
                  <span key="h" className={page.mono}>
                    {repository.data.headSnapshotId?.slice(0, 8) ?? t('common.none')}
                  </span>,
                ],
                ...(repository.data.retention
                  ? [
                      [
                        t('organization.lockedUntil'),
                        repository.data.retention.keptUntil
                          ? formatTime(repository.data.retention.keptUntil)
                          : t('organization.notLocked'),
                      ] as const,
                    ]
                  : []),
              ]}
            />
            <CommandBlock
              name={t('organization.commands')}
              text={t('organization.commandsText')}
              lines={repository.data.commands}
            />
            <div>
              <RepositoryPasswordDialog organizationId={organizationId} />
            </div>
          </>
        )}
      </section>
      {repository.data && <ResticAccessCard organizationId={organizationId} />}
    </>
  )
}
