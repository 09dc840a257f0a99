import { Badge, Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { SingleSignOnSettings } from '../../../../src/contract/index.ts'
import {
  announce,
  BusyMark,
  ConfirmDialog,
  CopyField,
  Facts,
  PageTitle,
  ProblemBar,
  Rows,
  usePageStyles,
} from '../../elements/index.ts'
import { useMay } from '../operator/operator.ts'
import { ProviderForm } from './provider-form.tsx'
import { singleSignOnQuery, useRemoveSingleSignOn, useTestSingleSignOn } from './single-sign-on.ts'

/** 'Settings > Single sign-on'. */
export function SingleSignOnPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const may = useMay()
  const { data, error, refetch } = useQuery(singleSignOnQuery)
  const mayChange = may('operators.manage')
  return (
    <div className={`${page.page} ${page.narrow}`}>
      <PageTitle title={t('singleSignOn.title')} />
      <p className={page.lead}>{t('singleSignOn.lead')}</p>
      <ProblemBar error={error} onRetry={() => void refetch()} />
      {!data && !error && <Rows count={3} height={64} />}
      {data && (
        <>
          <section className={page.card} aria-labelledby="register">
            <h2 id="register" className={page.heading}>
              {t('singleSignOn.registerHeading')}
            </h2>
            <p className={page.lead}>{t('singleSignOn.registerText')}</p>
            <CopyField name={t('singleSignOn.redirectUri')} value={data.redirectUri} />
          </section>
          {data.provider && <StateCard provider={data.provider} mayChange={mayChange} />}
          {mayChange && <ProviderForm key={data.provider?.updatedAt ?? 'new'} provider={data.provider} />}
        </>
      )}
    </div>
  )
}

function StateCard(props: { provider: NonNullable<SingleSignOnSettings['provider']>; mayChange: boolean }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { provider, mayChange } = props
  const test = useTestSingleSignOn()
  const remove = useRemoveSingleSignOn()
  const found = test.data?.found
  return (
    <section className={page.card} aria-labelledby="state">
      <h2 id="state" className={page.heading}>
        {provider.name}
      </h2>
      <Facts
        wide
        facts={[
          [
            t('singleSignOn.state'),
            <Badge key="state" appearance="tint" color={provider.enabled ? 'success' : 'subtle'}>
              {t(provider.enabled ? 'singleSignOn.on' : 'singleSignOn.off')}
            </Badge>,
          ],
          [t('singleSignOn.issuer'), provider.issuer],
          [t('singleSignOn.clientId'), provider.clientId],
        ]}
      />
      {found && (
        <Facts
          wide
          facts={[
            [t('singleSignOn.foundSignIn'), found.authorizationEndpoint],
            [t('singleSignOn.foundToken'), found.tokenEndpoint],
            [t('singleSignOn.foundKeys'), `${found.signingKeys} (${found.algorithms.join(', ')})`],
          ]}
        />
      )}
      <ProblemBar error={test.error ?? test.data?.problem ?? remove.error} />
      {mayChange && (
        <div className={page.row}>
          <Button
            icon={test.isPending ? <BusyMark /> : undefined}
            disabledFocusable={test.isPending}
            onClick={() => test.mutate(undefined, { onSuccess: () => announce(t('singleSignOn.tested')) })}
          >
            {t('singleSignOn.test')}
          </Button>
          <ConfirmDialog
            trigger={<Button appearance="subtle">{t('singleSignOn.remove')}</Button>}
            title={t('singleSignOn.removeTitle', { name: provider.name })}
            text={t('singleSignOn.removeText')}
            confirm={t('singleSignOn.remove')}
            busy={remove.isPending}
            error={remove.error}
            onConfirm={() =>
              remove.mutate(undefined, { onSuccess: () => announce(t('singleSignOn.removed')) })
            }
            onClose={() => remove.reset()}
          />
        </div>
      )}
    </section>
  )
}
