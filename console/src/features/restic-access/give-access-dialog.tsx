import { Button, Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewResticAccess } from '../../../../src/contract/index.ts'
import { announce, CommandBlock, ConfirmDialog, CopyField } from '../../elements/index.ts'
import { useGiveAccess } from './restic-access.ts'

/** Asks whom it is for, then shows address, user, password and commands, once. All of it is forgotten when the dialog closes. */
export function GiveAccessDialog({ organizationId }: { organizationId: string }) {
  const { t } = useTranslation()
  const [label, setLabel] = useState('')
  const [tried, setTried] = useState(false)
  const give = useGiveAccess(organizationId)
  const name = label.trim()
  function confirm() {
    setTried(true)
    if (name) give.mutate(name, { onSuccess: () => announce(t('restic.given', { name })) })
  }
  function forget() {
    give.reset()
    setLabel('')
    setTried(false)
  }
  return (
    <ConfirmDialog
      trigger={<Button icon={<AddRegular />}>{t('restic.give')}</Button>}
      title={give.data ? t('restic.title') : t('restic.give')}
      confirm={t('restic.give')}
      busy={give.isPending}
      error={give.error}
      onConfirm={confirm}
      onClose={forget}
      result={give.data && <Given made={give.data} />}
    >
      <Field
        label={t('restic.for')}
        hint={t('restic.forHint')}
        required
        {...(tried && !name
          ? { validationMessage: t('restic.forEmpty'), validationState: 'error' as const }
          : {})}
      >
        <Input value={label} maxLength={80} onChange={(_, { value }) => setLabel(value)} />
      </Field>
    </ConfirmDialog>
  )
}

function Given({ made }: { made: NewResticAccess }) {
  const { t } = useTranslation()
  const fields = [
    [t('restic.address'), `rest:${made.address}`],
    [t('restic.user'), made.access.userName],
    [t('restic.password'), made.password],
  ] as const
  return (
    <>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>{t('restic.once')}</MessageBarBody>
      </MessageBar>
      {fields.map(([name, value]) => (
        <CopyField key={name} name={name} value={value} />
      ))}
      <CommandBlock name={t('restic.commands')} text={t('restic.commandsText')} lines={made.commands} />
    </>
  )
}
