import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { RemoveAuthenticatorDialog, SetUpAuthenticatorDialog } from './authenticator-dialogs.tsx'
import { PasskeyList } from './passkey-list.tsx'
import { RecoveryCodesDialog } from './recovery-codes-dialog.tsx'
import { accountSecurityQuery } from './security.ts'

/** 'Security' of one's own account: what is asked for beside the password. */
export function SecurityCard() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const security = useQuery({ ...accountSecurityQuery, staleTime: 0 })
  const { data } = security
  return (
    <section className={page.card} aria-labelledby="security">
      <h2 id="security" className={page.heading}>
        {t('security.title')}
      </h2>
      <p className={page.lead}>{t('security.lead')}</p>
      <ProblemBar error={security.error} onRetry={() => void security.refetch()} />
      {security.isPending && <Rows count={2} height={32} />}
      {data && (
        <>
          <div className={page.between}>
            <div>
              <div>{t('security.app')}</div>
              <div className={page.small}>
                {data.authenticator
                  ? t('security.appSince', { time: formatTime(data.authenticator.enrolledAt) })
                  : t('security.appText')}
              </div>
            </div>
            <div className={page.row}>
              <SetUpAuthenticatorDialog again={data.authenticator !== null} />
              {data.authenticator && <RemoveAuthenticatorDialog />}
            </div>
          </div>
          <PasskeyList security={data} />
          {(data.authenticator || data.passkeys.length > 0) && (
            <div className={page.between}>
              <div>
                <div>{t('security.recoveryCodes')}</div>
                <div className={page.small}>{t('security.codesLeft', { count: data.recoveryCodesLeft })}</div>
              </div>
              <RecoveryCodesDialog />
            </div>
          )}
        </>
      )}
    </section>
  )
}
