import { Badge, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { AccountSecurity } from '../../../../src/contract/index.ts'
import { usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { passkeysOffered } from '../session/session.ts'
import { AddPasskeyDialog, RemovePasskeyDialog, RenamePasskeyDialog } from './passkey-dialogs.tsx'

/** The operator's passkeys, or why there can be none here. */
export function PasskeyList({ security }: { security: AccountSecurity }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { passkeys, noPasskeysHere } = security
  return (
    <>
      <div className={page.between}>
        <div style={{ maxWidth: '72ch' }}>
          <div>{t('security.passkeys')}</div>
          <div className={page.small}>{t('security.passkeysText')}</div>
        </div>
        {noPasskeysHere === null && passkeysOffered() && <AddPasskeyDialog />}
      </div>
      {noPasskeysHere !== null && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{noPasskeysHere}</MessageBarBody>
        </MessageBar>
      )}
      {passkeys.length > 0 && (
        <ul className={page.list} aria-label={t('security.passkeys')}>
          {passkeys.map((passkey) => (
            <li key={passkey.id} className={page.between}>
              <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
                <div>
                  {passkey.name} {passkey.synced && <Badge appearance="tint">{t('security.synced')}</Badge>}
                </div>
                <div className={page.small}>
                  {t('security.passkeyFacts', {
                    host: passkey.host,
                    added: formatTime(passkey.createdAt),
                    used: passkey.lastUsedAt
                      ? formatTime(passkey.lastUsedAt)
                      : t('common.never').toLowerCase(),
                  })}
                </div>
              </div>
              <div className={page.row}>
                <RenamePasskeyDialog passkey={passkey} />
                <RemovePasskeyDialog passkey={passkey} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
