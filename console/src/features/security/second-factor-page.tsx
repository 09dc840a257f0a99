import { Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { sessionQuery, useSignOut } from '../session/session.ts'
import { SignedOutPage } from '../session/signed-out-page.tsx'
import { SetUpAuthenticatorDialog } from './authenticator-dialogs.tsx'
import { PasskeyList } from './passkey-list.tsx'
import { accountSecurityQuery } from './security.ts'

/** Where everybody lands whose role needs a second factor, until there is one. */
export function SecondFactorPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const router = useRouter()
  const session = useQuery(sessionQuery)
  const security = useQuery({ ...accountSecurityQuery, staleTime: 0 })
  const signOut = useSignOut()
  const isDone = session.data?.secondFactorMissing === false
  return (
    <SignedOutPage title={t('security.setUpFirst')} lead={t('security.setUpFirstLead')} wide>
      <div className={page.column} style={{ gap: 20 }}>
        <ProblemBar error={security.error} onRetry={() => void security.refetch()} />
        {security.isPending && <Rows count={2} height={32} />}
        {security.data && (
          <>
            <div className={page.between}>
              <div>
                <div>{t('security.app')}</div>
                <div className={page.small}>
                  {t(security.data.authenticator ? 'security.appSetUp' : 'security.appText')}
                </div>
              </div>
              <SetUpAuthenticatorDialog again={security.data.authenticator !== null} />
            </div>
            <PasskeyList security={security.data} />
          </>
        )}
        <div className={page.row}>
          <Button
            appearance="primary"
            disabledFocusable={!isDone}
            onClick={() => void router.navigate({ to: '/' })}
          >
            {t('security.goOn')}
          </Button>
          <Button appearance="subtle" onClick={() => signOut.mutate()}>
            {t('frame.signOut')}
          </Button>
        </div>
      </div>
    </SignedOutPage>
  )
}
