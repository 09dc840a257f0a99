import { Badge, Button } from '@fluentui/react-components'
import { CheckmarkCircleRegular, ErrorCircleRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SignInClientView, SignInCloudView, SignInSettings } from '../../../../src/contract/index.ts'
import { announce, BusyMark, Facts, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { formatDate, formatTime } from '../../format/format.ts'
import { ClientForm } from './client-form.tsx'
import { useRemoveClient, useTestClient } from './sign-in-settings.ts'

/** The own application of one cloud: how it is, or how to register it. */
export function ClientCard({ cloud, settings }: { cloud: SignInCloudView; settings: SignInSettings }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [isChanging, setChanging] = useState(false)
  const id = `client-${cloud.cloud}`
  return (
    <section className={page.card} aria-labelledby={id}>
      <h2 id={id} className={page.heading}>
        {t('settings.cloudHeading', { cloud: cloud.name })}
      </h2>
      {cloud.client ? (
        <ClientState cloud={cloud.cloud} client={cloud.client} onChange={() => setChanging(!isChanging)} />
      ) : (
        <p className={page.lead}>{t('settings.notRegistered')}</p>
      )}
      {(!cloud.client || isChanging) && (
        <ClientForm
          key={cloud.client?.updatedAt ?? 'new'}
          cloud={cloud}
          settings={settings}
          onSaved={() => setChanging(false)}
        />
      )}
    </section>
  )
}

function ClientState(props: { cloud: string; client: SignInClientView; onChange: () => void }) {
  const { cloud, client, onChange } = props
  const { t } = useTranslation()
  const page = usePageStyles()
  const test = useTestClient(cloud)
  const remove = useRemoveClient(cloud)
  const { credential, test: last } = client
  const ends = credential.expiresAt
    ? `, ${t('settings.ends', { date: formatDate(credential.expiresAt) })}`
    : ''
  return (
    <>
      <Facts
        wide
        facts={[
          [
            t('settings.state'),
            last && (
              <Badge
                key="state"
                appearance="tint"
                color={last.problem ? 'danger' : 'success'}
                icon={last.problem ? <ErrorCircleRegular /> : <CheckmarkCircleRegular />}
              >
                {t(last.problem ? 'settings.broken' : 'settings.works', { time: formatTime(last.testedAt) })}
              </Badge>
            ),
          ],
          [t('settings.credential'), `${t(`settings.credentialKinds.${credential.kind}`)}${ends}`],
          [
            t('settings.clientId'),
            <span key="id" className={page.mono}>
              {client.clientId}
            </span>,
          ],
          [t('settings.homeTenant'), client.homeTenant],
        ]}
      />
      <ProblemBar error={test.error ?? remove.error ?? last?.problem} />
      <div className={page.row}>
        <Button
          icon={test.isPending ? <BusyMark /> : undefined}
          disabledFocusable={test.isPending}
          onClick={() => test.mutate(undefined, { onSuccess: () => announce(t('settings.tested')) })}
        >
          {t('settings.test')}
        </Button>
        <Button onClick={onChange}>{t('settings.change')}</Button>
        <Button
          appearance="subtle"
          disabledFocusable={remove.isPending}
          onClick={() => remove.mutate(undefined, { onSuccess: () => announce(t('settings.removed')) })}
        >
          {t('settings.remove')}
        </Button>
        <span className={page.small}>{t('settings.removeHint')}</span>
      </div>
    </>
  )
}
