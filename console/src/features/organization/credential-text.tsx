import { Badge } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { formatDate } from '../../format/format.ts'

const colors = {
  good: 'informative',
  unknown: 'informative',
  expiring: 'warning',
  urgent: 'danger',
  expired: 'danger',
} as const

/** Kind of the credential, its end and the days left; marked when the end is near. */
export function CredentialText({ credential }: { credential: OrganizationView['credential'] }) {
  const { t } = useTranslation()
  const { daysLeft } = credential
  return (
    <>
      {t(`organization.credentialKinds.${credential.kind}`)}
      {credential.expiresAt && <>, {t('organization.expires', { date: formatDate(credential.expiresAt) })}</>}{' '}
      {daysLeft !== null && (
        <Badge appearance="tint" color={colors[credential.standing]}>
          {credential.standing === 'expired'
            ? t('organization.expired')
            : t('organization.daysLeft', { count: daysLeft })}
        </Badge>
      )}
    </>
  )
}
