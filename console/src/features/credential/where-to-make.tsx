import { Link } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { CredentialKind, OrganizationView } from '../../../../src/contract/index.ts'
import { CopyButton, usePageStyles } from '../../elements/index.ts'
import { cloudsQuery } from '../onboarding/onboarding.ts'

/** Where in the portal of the organization's cloud the new credential is made, and how. */
export function WhereToMake(props: {
  organization: OrganizationView
  kind: CredentialKind
  /** The certificate is made on the server. */
  isMade: boolean
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const clouds = useQuery(cloudsQuery)
  const { cloud, applicationId } = props.organization
  const portal = clouds.data?.find(({ id }) => id === cloud)?.portal
  return (
    <ol
      style={{ margin: 0, paddingInlineStart: 20, display: 'grid', gap: 8 }}
      aria-label={t('manage.replaceStep1')}
    >
      <li>
        {t('manage.replaceStep1Text')}
        <div className={page.row}>
          {portal && (
            <Link href={portal} target="_blank" rel="noopener noreferrer">
              {t('manage.portal')}
            </Link>
          )}
          <span className={page.mono}>{applicationId}</span>
          <CopyButton value={applicationId} name={t('organization.application')} />
        </div>
      </li>
      <li>
        {props.kind === 'password'
          ? t('manage.replacePassword')
          : props.isMade
            ? t('manage.replaceMade')
            : t('manage.replaceBrought')}
      </li>
      <li>{props.isMade ? t('manage.replaceConfirm') : t('manage.replaceGive')}</li>
    </ol>
  )
}
