import { Button } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { OnboardingView } from '../../../../src/contract/index.ts'
import { Facts, ProblemBar, StandingDialog, usePageStyles } from '../../elements/index.ts'
import { NotAvailableBar } from '../organization/not-available-bar.tsx'
import { KnownBackups } from '../removal/known-backups.tsx'
import { useOnboardingStep } from './onboarding.ts'
import { PermissionList } from './permission-list.tsx'

/** 'Grant Access': the account, the organization, each permission and why. Nothing exists in the tenant before this. */
export function GrantDialog({ view }: { view: OnboardingView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const grant = useOnboardingStep(view.id, 'grant')
  const cancel = useOnboardingStep(view.id, 'cancel')
  const busy = grant.isPending || cancel.isPending
  return (
    <StandingDialog
      title={t('onboarding.grantTitle')}
      actions={
        <>
          <Button onClick={() => cancel.mutate()} disabledFocusable={busy}>
            {t('onboarding.cancel')}
          </Button>
          <Button appearance="primary" onClick={() => grant.mutate()} disabledFocusable={busy}>
            {t('onboarding.grant')}
          </Button>
        </>
      }
    >
      <ProblemBar error={grant.error ?? cancel.error} />
      <Facts
        facts={[
          ...(view.account
            ? [
                [
                  t('onboarding.account'),
                  <span key="account">
                    {view.account.displayName}
                    <span className={page.small} style={{ display: 'block' }}>
                      {view.account.userPrincipalName}
                    </span>
                  </span>,
                ] as const,
              ]
            : []),
          ...(view.tenant
            ? [
                [
                  t('onboarding.organization'),
                  <span key="tenant">
                    {view.tenant.name}
                    <span className={page.small} style={{ display: 'block' }}>
                      {view.tenant.defaultDomain}
                    </span>
                  </span>,
                ] as const,
              ]
            : []),
        ]}
      />
      <KnownBackups tenantId={view.tenant?.id} />
      <p className={page.lead}>{t('onboarding.grantLead')}</p>
      <PermissionList permissions={view.permissions} label={t('onboarding.permissions')} />
      <NotAvailableBar notAvailable={view.notAvailable} />
    </StandingDialog>
  )
}
