import { Combobox, Field, Option, Radio, RadioGroup } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { useTranslation } from 'react-i18next'
import type { ResourceWorkload } from '../../../../src/contract/index.ts'
import { rowsOf } from '../../api/pages.ts'
import { mailboxesQuery } from '../mail/mail.ts'

/** Back to whom the items came from (`null`), or to another user: one of those that are listed, or a name that is typed. */
export function TargetField(props: {
  organizationId: string
  /** Of what is restored: who has some of it is offered. */
  workload: ResourceWorkload
  user: string | null
  onUser: (user: string | null) => void
}) {
  const { t } = useTranslation()
  return (
    <>
      <Field label={t('restore.whose')}>
        <RadioGroup
          value={props.user === null ? 'same' : 'other'}
          onChange={(_, { value }) => props.onUser(value === 'same' ? null : '')}
        >
          <Radio value="same" label={t('restore.sameUser')} />
          <Radio value="other" label={t('restore.otherUser')} />
        </RadioGroup>
      </Field>
      {props.user !== null && <OtherUser {...props} user={props.user} />}
    </>
  )
}

function OtherUser(props: {
  organizationId: string
  workload: ResourceWorkload
  user: string
  onUser: (user: string) => void
}) {
  const { t } = useTranslation()
  const search = useDeferredValue(props.user.trim())
  const users = rowsOf(
    useInfiniteQuery({
      ...mailboxesQuery(props.organizationId, search, props.workload),
      placeholderData: (previous) => previous,
    }).data,
  )
  return (
    <Field label={t('restore.user')} hint={t('restore.userHint')} required>
      <Combobox
        freeform
        value={props.user}
        selectedOptions={
          users.some(({ userPrincipalName }) => userPrincipalName === props.user) ? [props.user] : []
        }
        onInput={(event) => props.onUser(event.currentTarget.value)}
        onOptionSelect={(_, { optionValue }) => optionValue !== undefined && props.onUser(optionValue)}
        listbox={{ style: { maxHeight: '240px' } }}
      >
        {users.map(({ id, displayName, userPrincipalName }) => (
          <Option key={id} value={userPrincipalName} text={userPrincipalName}>
            {displayName ? `${displayName} (${userPrincipalName})` : userPrincipalName}
          </Option>
        ))}
      </Combobox>
    </Field>
  )
}
