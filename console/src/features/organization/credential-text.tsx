import { Badge } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { formatDate } from '../../format/format.ts'

/** Kind of the credential, its end and the days left; marked when it ends within 30 days. */
export function CredentialText({ credential }: { credential: OrganizationView['credential'] }) {
  const { t } = useTranslation()
  const { daysLeft } = credential
  return (
    <>
      {t(`organization.credentialKinds.${credential.kind}`)}
      {credential.expiresAt && <>, {t('organization.expires', { date: formatDate(credential.expiresAt) })}</>}{' '}
      {daysLeft !== null && (
        <Badge
          appearance="tint"
          color={daysLeft <= 0 ? 'danger' : daysLeft <= 30 ? 'warning' : 'informative'}
        >
          {daysLeft <= 0 ? t('organization.expired') : t('organization.daysLeft', { count: daysLeft })}
        </Badge>
      )}
    </>
  )
}
