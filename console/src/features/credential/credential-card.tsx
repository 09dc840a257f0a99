import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { Facts, ProblemBar, RouterButton, usePageStyles } from '../../elements/index.ts'
import { formatDate } from '../../format/format.ts'
import { useBeginTask } from '../administrator-task/begin-task.tsx'
import { useMay } from '../operator/operator.ts'
import { CredentialText } from '../organization/credential-text.tsx'
import { RotateButton } from './rotate-dialog.tsx'
import { RotationBar } from './rotation-bar.tsx'

/** The credential: its kind and end, how it gets a successor, and the ways to give it one. */
export function CredentialCard({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { credential, rotation, state, id } = organization
  const { button, error } = useBeginTask(organization)
  const mayManage = useMay()('organizations.manage')
  const isPassword = credential.kind === 'password'
  return (
    <section className={page.card} aria-labelledby="credential">
      <h2 id="credential" className={page.heading}>
        {t('manage.credential')}
      </h2>
      <Facts
        wide
        facts={[
          [t('manage.kind'), <CredentialText key="kind" credential={credential} />],
          ...(credential.expiresAt ? [] : [[t('manage.end'), t('manage.endUnknown')] as const]),
          [t('manage.renewal'), <Renewal key="renewal" credential={credential} />],
          ...(credential.thumbprint
            ? [
                [
                  t('organization.thumbprint'),
                  <span key="thumbprint" className={page.mono}>
                    {credential.thumbprint}
                  </span>,
                ] as const,
              ]
            : []),
        ]}
      />
      {credential.standing === 'expired' ? (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{t('manage.expiredAdvice')}</MessageBarBody>
        </MessageBar>
      ) : (
        isPassword && <p className={page.lead}>{t('manage.passwordAdvice')}</p>
      )}
      {rotation && <RotationBar organizationId={id} rotation={rotation} />}
      <ProblemBar error={error} />
      {state === 'active' && mayManage && (
        <div className={page.row}>
          {!isPassword && <RotateButton organization={organization} />}
          {isPassword && button('upgrade-certificate', { kind: 'upgrade-certificate' })}
          <RouterButton to="/organizations/$organizationId/credential" params={{ organizationId: id }}>
            {t('manage.replace')}
          </RouterButton>
          {button('repair', { kind: 'repair' })}
        </div>
      )}
    </section>
  )
}

function Renewal({ credential }: Pick<OrganizationView, 'credential'>) {
  const { t } = useTranslation()
  const { way, dueAt } = credential.renewal
  if (way === 'automatic') {
    return dueAt && Date.parse(dueAt) > Date.now()
      ? t('manage.renewalAutomatic', { date: formatDate(dueAt) })
      : t('manage.renewalAutomaticSoon')
  }
  if (way === 'administrator') return t('manage.renewalAdministrator')
  return credential.kind === 'password'
    ? t('manage.renewalByHandPassword')
    : t('manage.renewalByHandCertificate')
}
