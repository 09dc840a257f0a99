import { Field, Input } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { OnboardingView } from '../../../../src/contract/index.ts'
import { CopyButton, Facts, usePageStyles } from '../../elements/index.ts'

/** Inside of 'Need Admin Approval': who is signed in, what is missing, and the link to hand on. */
export function ApprovalContent({ approval, account }: Pick<OnboardingView, 'approval' | 'account'>) {
  const { t } = useTranslation()
  const page = usePageStyles()
  return (
    <>
      {approval && <p className={page.lead}>{approval.explanation}</p>}
      <Facts
        facts={[
          ...(account ? [[t('onboarding.signedInAs'), account.userPrincipalName] as const] : []),
          ...(account && approval?.reason === 'role-missing'
            ? [[t('onboarding.heldRoles'), approval.heldRoles.join(', ') || t('onboarding.noRoles')] as const]
            : []),
          ...(approval && approval.requiredRoles.length > 0
            ? [[t('onboarding.requiredRoles'), approval.requiredRoles.join(', ')] as const]
            : []),
        ]}
      />
      {!approval?.explanation.includes('Privileged Identity') && (
        <p className={page.lead}>{t('onboarding.pim')}</p>
      )}
      {approval?.adminConsentLink && (
        <div className={page.row} style={{ alignItems: 'flex-end' }}>
          <Field
            label={t('onboarding.consentLink')}
            hint={t('onboarding.consentHint')}
            style={{ flexGrow: 1 }}
          >
            <Input readOnly value={approval.adminConsentLink} />
          </Field>
          <CopyButton value={approval.adminConsentLink} name={t('onboarding.consentLink')} />
        </div>
      )}
      {approval?.administratorLink && (
        <div className={page.row} style={{ alignItems: 'flex-end' }}>
          <Field label={t('onboarding.administratorLink')} style={{ flexGrow: 1 }}>
            <Input readOnly value={approval.administratorLink} />
          </Field>
          <CopyButton value={approval.administratorLink} name={t('onboarding.administratorLink')} />
        </div>
      )}
    </>
  )
}
