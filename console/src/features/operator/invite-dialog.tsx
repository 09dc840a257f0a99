import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  Field,
  Input,
} from '@fluentui/react-components'
import { PersonAddRegular } from '@fluentui/react-icons'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { LinkShown } from './link-shown.tsx'
import { useInvite } from './operator.ts'
import { type RoleAndReach, RoleAndReachFields, reachIsEmpty } from './role-and-reach.tsx'

const least: RoleAndReach = { role: 'auditor', reach: null }

/** Asks who and what for, then shows the link, once. */
export function InviteDialog() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [userName, setUserName] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [chosen, setChosen] = useState(least)
  const [tried, setTried] = useState(false)
  const invite = useInvite()
  const nameIsWrong = !/^\S{3,120}$/.test(userName.trim())

  function submit(event: FormEvent) {
    event.preventDefault()
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
    <Dialog onOpenChange={(_, { open }) => !open && forget()}>
      <DialogTrigger disableButtonEnhancement>
        <Button appearance="primary" icon={<PersonAddRegular />}>
          {t('operator.invite')}
        </Button>
      </DialogTrigger>
      <DialogSurface>
        <form onSubmit={submit} noValidate>
          <DialogBody>
            <DialogTitle>
              {invite.data
                ? t('operator.linkTitle', { name: invite.data.operator.displayName })
                : t('operator.invite')}
            </DialogTitle>
            <DialogContent className={page.dialog}>
              <ProblemBar error={invite.error} />
              {invite.data ? (
                <LinkShown made={invite.data} />
              ) : (
                <>
                  <p className={page.lead}>{t('operator.inviteText')}</p>
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
                </>
              )}
            </DialogContent>
            <DialogActions>
              <DialogTrigger disableButtonEnhancement>
                <Button>{invite.data ? t('common.close') : t('common.cancel')}</Button>
              </DialogTrigger>
              {!invite.data && (
                <Button type="submit" appearance="primary" disabledFocusable={invite.isPending}>
                  {t('operator.invite')}
                </Button>
              )}
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
