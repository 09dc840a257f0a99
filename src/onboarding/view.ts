import type { Selectable } from 'kysely'
import type { OnboardingView } from '../contract/index.ts'
import type { DatabaseSchema } from '../database/index.ts'
import { thumbprints } from '../microsoft/index.ts'

export type OnboardingRow = Selectable<DatabaseSchema['onboardings']>

function completion(row: OnboardingRow): OnboardingView['completion'] {
  const manual = row.method === 'manual'
  const first = manual ? 'started' : 'completing'
  if (row.state !== first && !['completing', 'verifying', 'saved'].includes(row.state)) return null
  return {
    organizationName: row.organization_name ?? row.tenant?.name ?? '',
    tenantId: row.tenant?.id ?? '',
    applicationId: row.application_id ?? '',
    credentialKind: row.credential_kind,
    credentialExpiresAt: row.credential_expires_at?.toISOString() ?? null,
    certificateThumbprint: row.certificate_thumbprint,
    credentialNotice: row.credential_notice,
    passwordAvailable:
      !manual && row.state === 'completing' && row.credential_kind === 'password' && !row.password_revealed,
    credentialGiven: row.credential_sealed !== null,
    certificateOrigin: row.certificate_pem === null ? null : row.credential_origin,
    certificateThumbprintSha1:
      row.certificate_pem === null ? null : thumbprints(row.certificate_pem).thumbprintSha1,
  }
}

/** An onboarding as everyone may see it: no secret, no object ids of accounts. */
export function onboardingView(
  row: OnboardingRow,
  {
    permissions,
    notAvailable,
    deviceCode,
  }: Pick<OnboardingView, 'permissions' | 'notAvailable' | 'deviceCode'>,
): OnboardingView {
  return {
    id: row.id,
    method: row.method,
    cloud: row.cloud,
    state: row.state,
    workloads: row.workloads,
    restoreRights: row.restore_rights,
    credentialKind: row.credential_kind,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    expiresAt: new Date(Math.max(row.expires_at.getTime(), row.waits_until?.getTime() ?? 0)).toISOString(),
    permissions,
    notAvailable,
    account: row.account && {
      userPrincipalName: row.account.userPrincipalName,
      displayName: row.account.displayName,
    },
    tenant: row.tenant,
    approval: row.approval,
    deviceCode: row.state === 'code-shown' ? deviceCode : null,
    steps: row.steps,
    customerSignedIn: row.customer_session !== null,
    notice: row.notice,
    completion: completion(row),
    error: row.error,
    leftovers: row.leftovers,
    organizationId: row.organization_id,
  }
}
