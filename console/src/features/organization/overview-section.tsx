import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { RightsCard } from '../administrator-task/rights-card.tsx'
import { CredentialCard } from '../credential/credential-card.tsx'
import { useMay } from '../operator/operator.ts'
import { RemovalCard } from '../removal/removal-card.tsx'
import { RemovalStatement } from '../removal/removal-statement.tsx'
import { isActive } from '../run/run.ts'
import { RunProgress } from '../run/run-progress.tsx'
import { ConnectionCard } from './connection-card.tsx'
import { HealthCard } from './health-card.tsx'
import { organizationQuery } from './organization.ts'
import { RepositoryCard } from './repository-card.tsx'

const route = getRouteApi('/frame/organizations/$organizationId')

/** How the organization is, and everything that can be done about it. */
export function OverviewSection() {
  const { organizationId } = route.useParams()
  const { data: organization } = useQuery(organizationQuery(organizationId))
  const mayManage = useMay()('organizations.manage')
  if (!organization) return null
  const { lastRun, state, removal } = organization
  const gone = removal?.backups.state === 'deleted' || removal?.backups.state === 'being-deleted'
  return (
    <>
      {lastRun && isActive(lastRun) && <RunProgress run={lastRun} />}
      {removal && <RemovalStatement removal={removal} />}
      {state !== 'removed' && (
        <>
          <HealthCard organization={organization} />
          <CredentialCard organization={organization} />
        </>
      )}
      {state === 'active' && mayManage && <RightsCard organization={organization} />}
      <ConnectionCard organization={organization} />
      {!gone && <RepositoryCard organizationId={organizationId} />}
      {mayManage && <RemovalCard organization={organization} />}
    </>
  )
}
