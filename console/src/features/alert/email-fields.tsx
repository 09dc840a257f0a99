import { Field, Input, Select, Textarea } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { ChannelDraft } from './channel-draft.ts'

const signIns = ['password', 'oauth', 'none'] as const

/** The mail server, who sends and who gets it, and how the server signs in there. */
export function EmailFields(props: {
  draft: ChannelDraft
  set: (change: Partial<ChannelDraft>) => void
  /** A password is at hand, and stays when none is given. */
  kept: boolean
}) {
  const { t } = useTranslation()
  const { draft, set, kept } = props
  const text = (
    name: 'host' | 'from' | 'to' | 'userName' | 'tokenAddress' | 'clientId' | 'scope',
    hint?: string,
  ) => (
    <Field
      label={t(`alert.${name === 'from' ? 'sender' : name === 'to' ? 'recipients' : name}`)}
      required
      hint={hint}
    >
      <Input value={draft[name]} maxLength={1000} onChange={(_, { value }) => set({ [name]: value })} />
    </Field>
  )
  return (
    <>
      {text('host')}
      <Field label={t('alert.security')}>
        <Select
          value={draft.security}
          onChange={(_, { value }) =>
            set(value === 'tls' ? { security: 'tls', port: '465' } : { security: 'starttls', port: '587' })
          }
        >
          <option value="starttls">{t('alert.starttls')}</option>
          <option value="tls">{t('alert.tls')}</option>
        </Select>
      </Field>
      <Field label={t('alert.port')}>
        <Input
          type="number"
          min={1}
          max={65535}
          value={draft.port}
          onChange={(_, { value }) => set({ port: value })}
        />
      </Field>
      {text('from')}
      {text('to', t('alert.recipientsHint'))}
      <Field label={t('alert.signIn')}>
        <Select
          value={draft.signIn}
          onChange={(_, { value }) => set({ signIn: signIns.find((one) => one === value) ?? 'password' })}
        >
          {signIns.map((one) => (
            <option key={one} value={one}>
              {t(`alert.signIns.${one}`)}
            </option>
          ))}
        </Select>
      </Field>
      {draft.signIn !== 'none' && text('userName')}
      {draft.signIn === 'oauth' && (
        <>
          {text('tokenAddress')}
          {text('clientId')}
          {text('scope')}
        </>
      )}
      {draft.signIn !== 'none' && (
        <Field
          label={t(draft.signIn === 'oauth' ? 'alert.clientSecret' : 'alert.password')}
          hint={kept ? t('alert.keptHint') : undefined}
        >
          <Input
            type="password"
            autoComplete="off"
            value={draft.secret}
            maxLength={2000}
            onChange={(_, { value }) => set({ secret: value })}
          />
        </Field>
      )}
      <Field label={t('alert.certificateAuthority')} hint={t('alert.certificateAuthorityHint')}>
        <Textarea
          value={draft.certificateAuthority}
          maxLength={100_000}
          onChange={(_, { value }) => set({ certificateAuthority: value })}
        />
      </Field>
    </>
  )
}
