import { Badge, Button, Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { AlertOnRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertThresholds, ChannelView } from '../../../../src/contract/index.ts'
import {
  announce,
  BusyMark,
  ConfirmDialog,
  EmptyState,
  Facts,
  PageTitle,
  ProblemBar,
  Rows,
  usePageStyles,
} from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { useMay } from '../operator/operator.ts'
import { alertSettingsQuery, useRemoveChannel, useSetThresholds, useTestChannel } from './alert.ts'
import { ChannelDialog } from './channel-dialog.tsx'

/** 'Settings > Alerts': from when on something is an alert, and where it is sent to. */
export function AlertSettingsPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { data: settings, error, refetch } = useQuery(alertSettingsQuery)
  const mayManage = useMay()('settings.manage')
  return (
    <div className={`${page.page} ${page.narrow}`}>
      <PageTitle title={t('alert.settingsTitle')}>{mayManage && <ChannelDialog channel={null} />}</PageTitle>
      <p className={page.lead}>{t('alert.settingsLead')}</p>
      <ProblemBar error={error} onRetry={() => void refetch()} />
      {!settings && !error && <Rows count={3} height={64} />}
      {settings && settings.channels.length === 0 && (
        <section className={page.card} aria-label={t('alert.channels')}>
          <EmptyState
            icon={<AlertOnRegular />}
            title={t('alert.noChannels')}
            text={t('alert.noChannelsText')}
          />
        </section>
      )}
      {settings?.channels.map((channel) => (
        <ChannelCard key={channel.id} channel={channel} mayManage={mayManage} />
      ))}
      {settings && <ThresholdsForm thresholds={settings.thresholds} mayManage={mayManage} />}
    </div>
  )
}

function ChannelCard({ channel, mayManage }: { channel: ChannelView; mayManage: boolean }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const test = useTestChannel()
  const remove = useRemoveChannel()
  const { id, name, target, rules, lastError } = channel
  return (
    <section className={page.card} aria-label={name}>
      <div className={page.between}>
        <h2 className={page.heading}>{name}</h2>
        <Badge appearance="tint" color={!channel.enabled ? 'informative' : lastError ? 'danger' : 'success'}>
          {t(!channel.enabled ? 'alert.off' : lastError ? 'alert.failing' : 'alert.on')}
        </Badge>
      </div>
      <Facts
        facts={[
          [t('alert.kind'), t(`alert.channelKinds.${target.kind}`)],
          [t('alert.to'), target.kind === 'email' ? target.place.to.join(', ') : target.host],
          [t('alert.from'), t(`alert.severities.${rules.severity}`)],
          [t('alert.digest'), rules.digestAt ? `${rules.digestAt} (${rules.timeZone})` : t('alert.never')],
          [
            t('alert.quiet'),
            rules.quietHours ? `${rules.quietHours.from} – ${rules.quietHours.to}` : t('alert.never'),
          ],
          [t('alert.lastSent'), channel.lastSentAt ? formatTime(channel.lastSentAt) : t('alert.never')],
        ]}
      />
      {lastError && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            {lastError.title} {lastError.detail}
          </MessageBarBody>
        </MessageBar>
      )}
      <ProblemBar error={test.error ?? null} />
      {mayManage && (
        <div className={page.row}>
          <Button
            icon={test.isPending ? <BusyMark /> : undefined}
            disabledFocusable={test.isPending}
            onClick={() =>
              test.mutate(id, {
                onSuccess: ({ problem }) => announce(problem ? problem.title : t('alert.testSent')),
              })
            }
          >
            {t('alert.sendTest')}
          </Button>
          <ChannelDialog channel={channel} />
          <ConfirmDialog
            title={t('alert.removeTitle', { name })}
            text={t('alert.removeText')}
            confirm={t('alert.remove')}
            trigger={<Button aria-label={`${t('alert.remove')}: ${name}`}>{t('alert.remove')}</Button>}
            busy={remove.isPending}
            error={remove.error}
            onConfirm={() => remove.mutate(id)}
            onClose={() => remove.reset()}
          />
        </div>
      )}
      {test.data && test.data.problem === null && (
        <MessageBar intent="success">
          <MessageBarBody>{t('alert.testSent')}</MessageBarBody>
        </MessageBar>
      )}
    </section>
  )
}

const thresholdNames = ['lateAfterHours', 'lowSpaceGigabytes', 'failedSignInsPerHour'] as const

function ThresholdsForm({ thresholds, mayManage }: { thresholds: AlertThresholds; mayManage: boolean }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const save = useSetThresholds()
  const [values, setValues] = useState<Record<string, string>>({})
  const textOf = (name: keyof AlertThresholds) => values[name] ?? String(thresholds[name])

  function submit(event: FormEvent) {
    event.preventDefault()
    if (save.isPending) return
    save.mutate(
      {
        lateAfterHours: Number(textOf('lateAfterHours')),
        lowSpaceGigabytes: Number(textOf('lowSpaceGigabytes')),
        failedSignInsPerHour: Number(textOf('failedSignInsPerHour')),
      },
      { onSuccess: () => announce(t('alert.saved')) },
    )
  }
  return (
    <section className={page.card} aria-labelledby="thresholds">
      <h2 id="thresholds" className={page.heading}>
        {t('alert.thresholds')}
      </h2>
      <form className={page.column} style={{ maxWidth: 420 }} onSubmit={submit}>
        {thresholdNames.map((name) => (
          <Field key={name} label={t(`alert.${name}`)}>
            <Input
              type="number"
              min={0}
              readOnly={!mayManage}
              value={textOf(name)}
              onChange={(_, { value }) => setValues({ ...values, [name]: value })}
            />
          </Field>
        ))}
        <ProblemBar error={save.error} />
        {mayManage && (
          <div>
            <Button type="submit" disabledFocusable={save.isPending}>
              {t('alert.save')}
            </Button>
          </div>
        )}
      </form>
    </section>
  )
}
