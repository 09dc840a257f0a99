import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { PersonKeyRegular } from '@fluentui/react-icons'
import { useTranslation } from 'react-i18next'
import type { CustomerView } from '../../../../src/contract/index.ts'
import { Facts, ProblemBar, StandingDialog, usePageStyles } from '../../elements/index.ts'
import { ApprovalContent } from '../onboarding/approval-content.tsx'
import { PermissionList } from '../onboarding/permission-list.tsx'
import { StepList } from '../onboarding/step-list.tsx'
import { NotAvailableBar } from '../organization/not-available-bar.tsx'
import { useCustomerSignIn, useCustomerVerb } from './customer.ts'

/** Who asks, for what; the way to Microsoft; what becomes of it. */
export function CustomerRequest({ view }: { view: CustomerView }) {
  switch (view.state) {
    case 'creating':
      return <Creating view={view} />
    case 'completing':
    case 'verifying':
    case 'saved':
      return <Done view={view} />
    case 'failed':
    case 'cancelled':
    case 'expired':
      return <Ended view={view} />
    case 'started':
    case 'signing-in':
    case 'code-shown':
    case 'need-admin-approval':
    case 'awaiting-grant':
      return (
        <>
          <Asked view={view} />
          {view.state === 'awaiting-grant' && <GrantDialog view={view} />}
        </>
      )
  }
}

function Asked({ view }: { view: CustomerView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const signIn = useCustomerSignIn()
  const decline = useCustomerVerb('decline')
  const leaving = signIn.isPending || signIn.isSuccess
  const refused = view.state === 'need-admin-approval'
  return (
    <>
      {view.notice && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{view.notice}</MessageBarBody>
        </MessageBar>
      )}
      <ProblemBar error={signIn.error ?? decline.error ?? view.error} />
      {refused && (
        <section className={page.column} aria-labelledby="need-approval">
          <h2 id="need-approval" className={page.heading}>
            {t('customer.approvalTitle')}
          </h2>
          <ApprovalContent approval={view.approval} account={view.account} />
        </section>
      )}
      <Facts
        facts={[
          [t('customer.address'), window.location.host],
          [t('customer.cloud'), view.cloudName],
          [
            t('customer.workloads'),
            view.workloads.map((workload) => t(`organization.workloads.${workload}`)).join(', '),
          ],
          [t('customer.rights'), view.restoreRights ? t('customer.readWrite') : t('customer.readOnly')],
        ]}
      />
      <h2 className={page.heading}>{t('customer.permissions')}</h2>
      <PermissionList permissions={view.permissions} label={t('customer.permissions')} />
      <p className={page.lead}>{t('customer.memory')}</p>
      <div className={page.row}>
        <Button
          appearance="primary"
          size="large"
          icon={<PersonKeyRegular />}
          disabledFocusable={leaving}
          onClick={() => signIn.mutate(refused || view.error !== null)}
        >
          {refused ? t('onboarding.otherAccount') : t('customer.signIn')}
        </Button>
        <Button
          appearance="subtle"
          size="large"
          disabledFocusable={decline.isPending || leaving}
          onClick={() => decline.mutate()}
        >
          {t('customer.decline')}
        </Button>
      </div>
    </>
  )
}

function GrantDialog({ view }: { view: CustomerView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const grant = useCustomerVerb('grant')
  const decline = useCustomerVerb('decline')
  const busy = grant.isPending || decline.isPending
  return (
    <StandingDialog
      title={t('customer.grantTitle')}
      actions={
        <>
          <Button onClick={() => decline.mutate()} disabledFocusable={busy}>
            {t('customer.decline')}
          </Button>
          <Button appearance="primary" onClick={() => grant.mutate()} disabledFocusable={busy}>
            {t('customer.grant')}
          </Button>
        </>
      }
    >
      <ProblemBar error={grant.error ?? decline.error} />
      <Facts
        facts={[
          ...(view.account ? [[t('onboarding.account'), view.account.userPrincipalName] as const] : []),
          ...(view.tenant ? [[t('onboarding.organization'), view.tenant.name] as const] : []),
        ]}
      />
      <p className={page.lead}>{t('customer.grantLead', { provider: view.providerName })}</p>
      <PermissionList permissions={view.permissions} label={t('customer.permissions')} />
      <NotAvailableBar notAvailable={view.notAvailable} />
    </StandingDialog>
  )
}

function Creating({ view }: { view: CustomerView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  return (
    <section className={page.column} aria-labelledby="creating" aria-busy>
      <h2 id="creating" className={page.heading}>
        {t('customer.creatingTitle')}
      </h2>
      <p className={page.lead}>{t('customer.creatingText')}</p>
      <StepList steps={view.steps} />
    </section>
  )
}

function Done({ view }: { view: CustomerView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  return (
    <section className={page.column} aria-labelledby="done">
      <h2 id="done" className={page.heading}>
        {t('customer.doneTitle')}
      </h2>
      <p className={page.lead}>{t('customer.doneText', { provider: view.providerName })}</p>
      <StepList steps={view.steps} />
    </section>
  )
}

function Ended({ view }: { view: CustomerView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const titles = {
    failed: t('customer.failedTitle'),
    cancelled: t('customer.declinedTitle'),
    expired: t('customer.expiredTitle'),
  } as const
  return (
    <section className={page.column} aria-labelledby="ended">
      <h2 id="ended" className={page.heading}>
        {titles[view.state as keyof typeof titles]}
      </h2>
      <ProblemBar error={view.error} />
      {view.leftovers.length === 0 ? (
        <p className={page.lead}>{t('customer.nothingLeft')}</p>
      ) : (
        <div>
          <h3 className={page.heading}>{t('customer.left')}</h3>
          <ul>
            {view.leftovers.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
      )}
      <p className={page.lead}>{t('customer.endedText', { provider: view.providerName })}</p>
    </section>
  )
}
