import { Button, Field, Input } from '@fluentui/react-components'
import { PersonAddRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce, ConfirmDialog } from '../../elements/index.ts'
import { LinkShown } from './link-shown.tsx'
import { useInvite } from './operator.ts'
import { type RoleAndReach, RoleAndReachFields, reachIsEmpty } from './role-and-reach.tsx'

const least: RoleAndReach = { role: 'auditor', reach: null }

/** Asks who and what for, then shows the link, once. */
export function InviteDialog() {
  const { t } = useTranslation()
  const [userName, setUserName] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [chosen, setChosen] = useState(least)
  const [tried, setTried] = useState(false)
  const invite = useInvite()
  const nameIsWrong = !/^\S{3,120}$/.test(userName.trim())

  function confirm() {
    setTried(true)
    if (nameIsWrong || reachIsEmpty(chosen)) return
    const shown = displayName.trim()
    invite.mutate(
      { userName: userName.trim(), ...(shown ? { displayName: shown } : {}), ...chosen },
      { onSuccess: ({ operator }) => announce(t('operator.invited', { name: operator.displayName })) },
    )
  }
  function forget() {
    invite.reset()
    setUserName('')
    setDisplayName('')
    setChosen(least)
    setTried(false)
  }
  return (
    <ConfirmDialog
      trigger={
        <Button appearance="primary" icon={<PersonAddRegular />}>
          {t('operator.invite')}
        </Button>
      }
      title={
        invite.data
          ? t('operator.linkTitle', { name: invite.data.operator.displayName })
          : t('operator.invite')
      }
      text={t('operator.inviteText')}
      confirm={t('operator.invite')}
      busy={invite.isPending}
      error={invite.error}
      onConfirm={confirm}
      onClose={forget}
      result={invite.data && <LinkShown made={invite.data} />}
    >
      <Field
        label={t('operator.userName')}
        required
        hint={t('session.userNameHint')}
        validationMessage={tried && nameIsWrong ? t('session.userNameWrong') : undefined}
      >
        <Input
          value={userName}
          autoComplete="off"
          maxLength={120}
          onChange={(_, { value }) => setUserName(value)}
        />
      </Field>
      <Field label={t('operator.displayName')}>
        <Input
          value={displayName}
          autoComplete="off"
          maxLength={120}
          onChange={(_, { value }) => setDisplayName(value)}
        />
      </Field>
      <RoleAndReachFields value={chosen} onChange={setChosen} tried={tried} />
    </ConfirmDialog>
  )
}
