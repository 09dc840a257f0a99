import { Badge } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { Facts, ProblemBar, RouterButton, RouterLink, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { RemovalBar } from '../removal/removal-bar.tsx'
import { RunBadge } from '../run/run-badge.tsx'
import { CredentialText } from './credential-text.tsx'
import { DriftSummary } from './drift-summary.tsx'
import { HealthBadge } from './health-badge.tsx'
import { useOrganizationActions } from './organization-actions.tsx'

export function OrganizationCard({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { buttons, error } = useOrganizationActions(organization)
  const { id, name, lastRun } = organization
  return (
    <li>
      <article className={page.card} aria-label={name}>
        <div className={page.between}>
          <div>
            <h3 className={page.heading}>
              <RouterLink
                to="/organizations/$organizationId"
                params={{ organizationId: id }}
                style={{ fontWeight: 'inherit', fontSize: 'inherit' }}
              >
                {name}
              </RouterLink>
            </h3>
            <span className={page.small}>{organization.defaultDomain}</span>
          </div>
          <div className={page.row}>
            {organization.state === 'active' && buttons}
            <RouterButton
              to="/organizations/$organizationId"
              params={{ organizationId: id }}
              aria-label={t('organization.openNamed', { name })}
            >
              {t('organization.open')}
            </RouterButton>
          </div>
        </div>
        <ProblemBar error={error} />
        <RemovalBar organization={organization} />
        <DriftSummary organization={organization} />
        <div className={page.row}>
          {organization.health.map((health) => (
            <span key={health.workload} className={page.row}>
              <Badge appearance="outline">{t(`organization.workloads.${health.workload}`)}</Badge>
              <HealthBadge state={health.read} label={t('organization.read')} />
              <HealthBadge state={health.write} label={t('organization.write')} />
              <span className={page.small}>
                {t('organization.checked')}:{' '}
                {health.checkedAt ? formatTime(health.checkedAt) : t('organization.notChecked')}
              </span>
            </span>
          ))}
        </div>
        <Facts
          wide
          facts={[
            [
              t('organization.lastBackup'),
              lastRun ? (
                <span key="run" className={page.row}>
                  {formatTime(lastRun.finishedAt ?? lastRun.startedAt ?? lastRun.createdAt)}{' '}
                  <RunBadge state={lastRun.state} />
                </span>
              ) : (
                t('common.never')
              ),
            ],
            [
              t('organization.credential'),
              <CredentialText key="credential" credential={organization.credential} />,
            ],
            [t('organization.cloud'), organization.cloudName],
            [t('organization.method'), t(`organization.methods.${organization.method}`)],
            [
              t('organization.tenant'),
              <span key="tenant" className={page.mono}>
                {organization.tenantId}
              </span>,
            ],
            [
              t('organization.application'),
              <span key="app" className={page.mono}>
                {organization.applicationId}
              </span>,
            ],
          ]}
        />
      </article>
    </li>
  )
}
