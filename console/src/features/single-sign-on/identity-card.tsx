import { Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { announce, ConfirmDialog, Facts, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { ProofField, useProof } from '../session/proof-field.tsx'
import { ownIdentityQuery, useLinkIdentity, useUnlinkIdentity } from './single-sign-on.ts'

/** As whom the operator is known at the provider; nothing where there is no provider and no link. */
export function IdentityCard() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { data } = useQuery({ ...ownIdentityQuery, staleTime: 0 })
  const unlink = useUnlinkIdentity()
  if (!data || (data.provider === null && data.identity === null)) return null
  const { provider, identity } = data
  return (
    <section className={page.card} aria-labelledby="identity">
      <h2 id="identity" className={page.heading}>
        {t('singleSignOn.title')}
      </h2>
      {identity ? (
        <Facts
          wide
          facts={[
            [t('singleSignOn.linkedTo'), identity.label],
            [t('singleSignOn.issuer'), identity.issuer],
            [t('singleSignOn.linkedAt'), formatTime(identity.linkedAt)],
            [
              t('singleSignOn.lastUsed'),
              identity.lastUsedAt ? formatTime(identity.lastUsedAt) : t('common.never'),
            ],
          ]}
        />
      ) : (
        <p className={page.lead}>{t('singleSignOn.notLinked', { name: provider })}</p>
      )}
      <ProblemBar error={unlink.error} />
      <div className={page.row}>
        {provider !== null && <LinkDialog provider={provider} again={identity !== null} />}
        {identity && (
          <Button
            appearance="subtle"
            disabledFocusable={unlink.isPending}
            onClick={() =>
              unlink.mutate(undefined, { onSuccess: () => announce(t('singleSignOn.unlinked')) })
            }
          >
            {t('singleSignOn.unlink')}
          </Button>
        )}
      </div>
    </section>
  )
}

function LinkDialog({ provider, again }: { provider: string; again: boolean }) {
  const { t } = useTranslation()
  const proof = useProof()
  const link = useLinkIdentity()
  return (
    <ConfirmDialog
      trigger={
        <Button>{t(again ? 'singleSignOn.linkOther' : 'singleSignOn.link', { name: provider })}</Button>
      }
      title={t('singleSignOn.linkTitle', { name: provider })}
      text={t('singleSignOn.linkText', { name: provider })}
      confirm={t('singleSignOn.goOn')}
      incomplete={proof.proof === null}
      busy={link.isPending}
      error={link.error}
      onConfirm={() => proof.proof && link.mutate({ proof: proof.proof })}
      onClose={() => {
        proof.clear()
        link.reset()
      }}
    >
      <ProofField {...proof.fields} />
    </ConfirmDialog>
  )
}
