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
  MessageBar,
  MessageBarBody,
  makeStyles,
} from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewResticAccess } from '../../../../src/contract/index.ts'
import { announce, CommandBlock, CopyButton, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { useGiveAccess } from './restic-access.ts'

const useStyles = makeStyles({
  grow: { flexGrow: 1, minWidth: '180px' },
})

/** Asks whom it is for, then shows address, user, password and commands, once. All of it is forgotten when the dialog closes. */
export function GiveAccessDialog({ organizationId }: { organizationId: string }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [label, setLabel] = useState('')
  const [tried, setTried] = useState(false)
  const give = useGiveAccess(organizationId)
  const name = label.trim()
  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (name) give.mutate(name, { onSuccess: () => announce(t('restic.given', { name })) })
  }
  function forget() {
    give.reset()
    setLabel('')
    setTried(false)
  }
  return (
    <Dialog onOpenChange={(_, { open }) => !open && forget()}>
      <DialogTrigger disableButtonEnhancement>
        <Button icon={<AddRegular />}>{t('restic.give')}</Button>
      </DialogTrigger>
      <DialogSurface>
        <form onSubmit={submit} noValidate>
          <DialogBody>
            <DialogTitle>{give.data ? t('restic.title') : t('restic.give')}</DialogTitle>
            <DialogContent className={page.dialog}>
              <ProblemBar error={give.error} />
              {give.data ? (
                <Given made={give.data} />
              ) : (
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
              )}
            </DialogContent>
            <DialogActions>
              <DialogTrigger disableButtonEnhancement>
                <Button>{give.data ? t('common.close') : t('common.cancel')}</Button>
              </DialogTrigger>
              {!give.data && (
                <Button type="submit" appearance="primary" disabledFocusable={give.isPending}>
                  {t('restic.give')}
                </Button>
              )}
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}

function Given({ made }: { made: NewResticAccess }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
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
        <div key={name} className={page.row} style={{ alignItems: 'flex-end' }}>
          <Field label={name} className={styles.grow}>
            <Input readOnly value={value} />
          </Field>
          <CopyButton value={value} name={name} />
        </div>
      ))}
      <CommandBlock name={t('restic.commands')} text={t('restic.commandsText')} lines={made.commands} />
    </>
  )
}
