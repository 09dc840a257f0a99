import { Button, Field, Input, MessageBar, MessageBarBody, Select, Switch } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertSeverity, ChannelView } from '../../../../src/contract/index.ts'
import { ConfirmDialog, CopyField } from '../../elements/index.ts'
import { useSaveChannel } from './alert.ts'
import { type ChannelDraft, channelOf, draftOf } from './channel-draft.ts'
import { EmailFields } from './email-fields.tsx'

const kinds = ['email', 'webhook', 'teams', 'slack'] as const
const severities: readonly AlertSeverity[] = ['information', 'warning', 'critical']

/** Makes a channel, or changes one; its secrets are not shown again. */
export function ChannelDialog({ channel }: { channel: ChannelView | null }) {
  const { t } = useTranslation()
  const save = useSaveChannel()
  const [draft, setDraft] = useState(() => draftOf(channel))
  const set = (change: Partial<ChannelDraft>) => setDraft({ ...draft, ...change })
  const isNew = channel === null
  const key = save.data?.signingKey ?? null
  const halfQuiet = (draft.quietFrom === '') !== (draft.quietTo === '')
  const incomplete =
    draft.name.trim() === '' ||
    halfQuiet ||
    (draft.kind === 'email'
      ? draft.host === '' || draft.from === '' || draft.to.trim() === ''
      : isNew && draft.address === '')
  const done = save.isSuccess && (
    <>
      <MessageBar intent="success">
        <MessageBarBody>{t('alert.saved')}</MessageBarBody>
      </MessageBar>
      {key !== null && <CopyField name={t('alert.signingKey')} value={key} />}
    </>
  )
  return (
    <ConfirmDialog
      title={t(isNew ? 'alert.addChannel' : 'alert.editChannel')}
      confirm={t('alert.save')}
      trigger={
        isNew ? (
          <Button appearance="primary" icon={<AddRegular />}>
            {t('alert.addChannel')}
          </Button>
        ) : (
          <Button aria-label={`${t('alert.edit')}: ${channel.name}`}>{t('alert.edit')}</Button>
        )
      }
      incomplete={incomplete}
      busy={save.isPending}
      error={save.error}
      {...(done ? { result: done } : {})}
      onConfirm={() => save.mutate({ id: channel?.id ?? null, channel: channelOf(draft, channel) })}
      onClose={() => {
        save.reset()
        setDraft(draftOf(channel))
      }}
    >
      <Field label={t('alert.name')} required>
        <Input value={draft.name} maxLength={80} onChange={(_, { value }) => set({ name: value })} />
      </Field>
      <Field label={t('alert.kind')}>
        <Select
          value={draft.kind}
          disabled={!isNew}
          onChange={(_, { value }) => set({ kind: kinds.find((one) => one === value) ?? 'email' })}
        >
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {t(`alert.channelKinds.${kind}`)}
            </option>
          ))}
        </Select>
      </Field>
      {draft.kind === 'email' ? (
        <EmailFields
          draft={draft}
          set={set}
          kept={channel?.target.kind === 'email' && channel.target.secretKept}
        />
      ) : (
        <Field
          label={t('alert.address')}
          required={isNew}
          hint={t(isNew ? `alert.addressHints.${draft.kind}` : 'alert.keptHint')}
        >
          <Input
            type="url"
            value={draft.address}
            maxLength={2000}
            onChange={(_, { value }) => set({ address: value })}
          />
        </Field>
      )}
      <Field label={t('alert.from')}>
        <Select
          value={draft.severity}
          onChange={(_, { value }) => set({ severity: severities.find((one) => one === value) ?? 'warning' })}
        >
          {severities.map((severity) => (
            <option key={severity} value={severity}>
              {t(`alert.severities.${severity}`)}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t('alert.timeZone')}>
        <Input value={draft.timeZone} maxLength={60} onChange={(_, { value }) => set({ timeZone: value })} />
      </Field>
      <Field label={t('alert.digest')} hint={t('alert.digestHint')}>
        <Input type="time" value={draft.digestAt} onChange={(_, { value }) => set({ digestAt: value })} />
      </Field>
      <Field label={t('alert.quietFrom')} hint={t('alert.quietHint')}>
        <Input type="time" value={draft.quietFrom} onChange={(_, { value }) => set({ quietFrom: value })} />
      </Field>
      <Field label={t('alert.quietTo')} {...(halfQuiet ? { validationMessage: t('alert.quietBoth') } : {})}>
        <Input type="time" value={draft.quietTo} onChange={(_, { value }) => set({ quietTo: value })} />
      </Field>
      <Field label={t('alert.messagesPerHour')}>
        <Input
          type="number"
          min={1}
          max={100}
          value={draft.messagesPerHour}
          onChange={(_, { value }) => set({ messagesPerHour: value })}
        />
      </Field>
      <Switch
        label={t('alert.enabled')}
        checked={draft.enabled}
        onChange={(_, { checked }) => set({ enabled: checked })}
      />
    </ConfirmDialog>
  )
}
