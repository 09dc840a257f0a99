import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SetupStatus } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { ProblemBar, RouterButton, Rows } from '../../elements/index.ts'
import { RecoveryKitPanel } from '../recovery-kit/recovery-kit-panel.tsx'
import { SignedOutPage } from '../session/signed-out-page.tsx'
import { FirstOperatorForm } from './first-operator-form.tsx'
import { takeToken } from './take-token.ts'

// At the loading of the module: before the router looks at the address again.
const tokenOfAddress = takeToken()

export function SetupPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [created, setCreated] = useState(false)
  const status = useQuery({
    queryKey: keys.setup,
    queryFn: ({ signal }) => api.get<SetupStatus>('/setup', { signal }),
    enabled: !created,
  })

  if (created) {
    return (
      <SignedOutPage key="kit" title={t('kit.title')} lead={t('kit.lead')} wide>
        <RecoveryKitPanel onDone={() => void navigate({ to: '/' })} />
      </SignedOutPage>
    )
  }
  return (
    <SignedOutPage title={t('session.setup')} lead={t('session.setupLead')}>
      <ProblemBar error={status.error} onRetry={() => void status.refetch()} />
      {status.isPending && <Rows count={4} height={48} />}
      {status.data && !status.data.needed && (
        <>
          <MessageBar intent="info">
            <MessageBarBody>{t('session.setupDone')}</MessageBarBody>
          </MessageBar>
          <RouterButton to="/sign-in" appearance="primary">
            {t('session.toSignIn')}
          </RouterButton>
        </>
      )}
      {status.data?.needed && !tokenOfAddress && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{t('session.noToken')}</MessageBarTitle> {t('session.noTokenText')}
          </MessageBarBody>
        </MessageBar>
      )}
      {status.data?.needed && tokenOfAddress && (
        <FirstOperatorForm token={tokenOfAddress} onCreated={() => setCreated(true)} />
      )}
    </SignedOutPage>
  )
}
