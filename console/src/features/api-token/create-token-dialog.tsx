import {
  Button,
  Dropdown,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  Option,
} from '@fluentui/react-components'
import { KeyMultipleRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce, ConfirmDialog, CopyField } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { type RoleAndReach, RoleAndReachFields, reachIsEmpty } from '../operator/role-and-reach.tsx'
import { ProofField, useProof } from '../session/proof-field.tsx'
import { sessionQuery } from '../session/session.ts'
import { useCreateApiToken } from './api-token.ts'

const lifetimes = [7, 30, 90, 180, 365] as const
const usual = 90

/** Asks what for, what it may do and how long; then shows the token, once. */
export function CreateTokenDialog() {
  const { t } = useTranslation()
  const { data: session } = useQuery(sessionQuery)
  const possible = session?.tokenRoles ?? []
  const least: RoleAndReach = { role: possible.at(-1) ?? 'auditor', reach: null }
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<RoleAndReach | null>(null)
  const [days, setDays] = useState<number>(usual)
  const { proof, clear, fields } = useProof()
  const [tried, setTried] = useState(false)
  const create = useCreateApiToken()
  const { role, reach } = chosen ?? least
  const nameIsMissing = name.trim() === ''

  function confirm() {
    setTried(true)
    if (proof === null || nameIsMissing || reachIsEmpty({ role, reach })) return
    const organizationIds = reach?.map(({ organizationId }) => organizationId) ?? null
    create.mutate(
      { name: name.trim(), role, organizationIds, days, proof },
      { onSuccess: ({ view }) => announce(t('apiToken.created', { name: view.name })), onSettled: clear },
    )
  }
  function forget() {
    create.reset()
    setName('')
    setChosen(null)
    setDays(usual)
    clear()
    setTried(false)
  }
  return (
    <ConfirmDialog
      trigger={<Button icon={<KeyMultipleRegular />}>{t('apiToken.create')}</Button>}
      title={create.data ? t('apiToken.shownTitle', { name: create.data.view.name }) : t('apiToken.create')}
      text={t('apiToken.createText')}
      confirm={t('apiToken.create')}
      incomplete={proof === null}
      busy={create.isPending}
      error={create.error}
      onConfirm={confirm}
      onClose={forget}
      result={
        create.data && (
          <>
            <MessageBar intent="warning" layout="multiline">
              <MessageBarBody>
                {t('apiToken.shownText', { time: formatTime(create.data.view.expiresAt) })}
              </MessageBarBody>
            </MessageBar>
            <CopyField name={t('apiToken.token')} value={create.data.token} />
          </>
        )
      }
    >
      <Field
        label={t('apiToken.name')}
        required
        hint={t('apiToken.nameHint')}
        validationMessage={tried && nameIsMissing ? t('apiToken.nameMissing') : undefined}
      >
        <Input value={name} autoComplete="off" maxLength={120} onChange={(_, { value }) => setName(value)} />
      </Field>
      <RoleAndReachFields
        value={{ role, reach }}
        onChange={setChosen}
        tried={tried}
        possible={possible}
        wholeOrganizations
        everything={t('apiToken.asOperator')}
      />
      <Field label={t('apiToken.lifetime')}>
        <Dropdown
          value={t('apiToken.days', { count: days })}
          selectedOptions={[String(days)]}
          onOptionSelect={(_, { optionValue }) => setDays(Number(optionValue))}
        >
          {lifetimes.map((one) => (
            <Option key={one} value={String(one)}>
              {t('apiToken.days', { count: one })}
            </Option>
          ))}
        </Dropdown>
      </Field>
      <ProofField {...fields} hint={t('apiToken.passwordHint')} />
    </ConfirmDialog>
  )
}
