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
  tokens,
} from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewResticAccess } from '../../../../src/contract/index.ts'
import { announce, CopyButton, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { useGiveAccess } from './restic-access.ts'

const useStyles = makeStyles({
  commands: {
    margin: 0,
    padding: '12px',
    overflow: 'auto',
    maxHeight: '240px',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
  },
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
  const commands = made.commands.join('\n')
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
      <div className={page.between}>
        <h3 className={page.heading}>{t('restic.commands')}</h3>
        <CopyButton value={commands} name={t('restic.commands')} />
      </div>
      <p className={page.lead}>{t('restic.commandsText')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className={styles.commands} tabIndex={0} aria-label={t('restic.commands')}>
        {commands}
      </section>
    </>
  )
}
