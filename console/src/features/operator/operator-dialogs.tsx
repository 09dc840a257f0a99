import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OperatorDetail } from '../../../../src/contract/index.ts'
import { announce, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { LinkShown } from './link-shown.tsx'
import { useChangeOperator, useNewLink, useRemoveOperator } from './operator.ts'
import { type RoleAndReach, RoleAndReachFields, reachIsEmpty } from './role-and-reach.tsx'

export type OperatorAction = 'edit' | 'link' | 'disable' | 'remove'

interface DialogProps {
  readonly operator: OperatorDetail
  readonly own: boolean
  readonly onClose: () => void
}

/** The dialog of one action on one operator; nothing while none is chosen. */
export function OperatorDialog(
  props: Partial<DialogProps> & { action: OperatorAction | null; onClose: () => void },
) {
  const { operator, action, own = false, onClose } = props
  if (!operator || action === null) return null
  const common = { operator, own, onClose }
  if (action === 'edit') return <EditDialog {...common} />
  if (action === 'link') return <LinkDialog {...common} />
  return <ConfirmDialog {...common} action={action} />
}

function Frame(props: {
  title: string
  onClose: () => void
  onSubmit: (event: FormEvent) => void
  button: string | null
  busy: boolean
  children: ReactNode
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && props.onClose()}>
      <DialogSurface>
        <form onSubmit={props.onSubmit} noValidate>
          <DialogBody>
            <DialogTitle>{props.title}</DialogTitle>
            <DialogContent className={page.dialog}>{props.children}</DialogContent>
            <DialogActions>
              <Button onClick={props.onClose}>{t(props.button ? 'common.cancel' : 'common.close')}</Button>
              {props.button && (
                <Button type="submit" appearance="primary" disabledFocusable={props.busy}>
                  {props.button}
                </Button>
              )}
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}

function EditDialog({ operator, own, onClose }: DialogProps) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [displayName, setDisplayName] = useState(operator.displayName)
  const [chosen, setChosen] = useState<RoleAndReach>({ role: operator.role, reach: operator.reach })
  const [tried, setTried] = useState(false)
  const change = useChangeOperator()
  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (reachIsEmpty(chosen) && operator.reach?.length !== 0) return
    const name = displayName.trim() || operator.userName
    // What did not change is not sent: a change of role or reach signs the operator out.
    const changed = {
      displayName: name,
      ...(chosen.role === operator.role ? {} : { role: chosen.role }),
      ...(JSON.stringify(chosen.reach) === JSON.stringify(operator.reach) ? {} : { reach: chosen.reach }),
    }
    change.mutate(
      { id: operator.id, change: changed },
      {
        onSuccess: () => {
          announce(t('operator.saved', { name }))
          onClose()
        },
      },
    )
  }
  return (
    <Frame
      title={t('operator.editTitle', { name: operator.displayName })}
      onClose={onClose}
      onSubmit={submit}
      button={t('operator.save')}
      busy={change.isPending}
    >
      <ProblemBar error={change.error} />
      {!own && <p className={page.lead}>{t('operator.editText')}</p>}
      <Field label={t('operator.name')}>
        <Input value={displayName} maxLength={120} onChange={(_, { value }) => setDisplayName(value)} />
      </Field>
      <RoleAndReachFields value={chosen} onChange={setChosen} roleFixed={own} tried={tried} />
    </Frame>
  )
}

function LinkDialog({ operator, onClose }: DialogProps) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const make = useNewLink()
  const name = operator.displayName
  return (
    <Frame
      title={make.data ? t('operator.linkTitle', { name }) : t('operator.newLinkNamed', { name })}
      onClose={onClose}
      onSubmit={(event) => {
        event.preventDefault()
        make.mutate(operator.id)
      }}
      button={make.data ? null : t('operator.makeLink')}
      busy={make.isPending}
    >
      <ProblemBar error={make.error} />
      {make.data ? (
        <LinkShown made={make.data} />
      ) : (
        <p className={page.lead}>{t('operator.newLinkText', { name })}</p>
      )}
    </Frame>
  )
}

function ConfirmDialog({ operator, action, onClose }: DialogProps & { action: 'disable' | 'remove' }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const change = useChangeOperator()
  const remove = useRemoveOperator()
  const name = operator.displayName
  const done = () => {
    announce(t(action === 'disable' ? 'operator.disabled' : 'operator.removed', { name }))
    onClose()
  }
  function submit(event: FormEvent) {
    event.preventDefault()
    if (action === 'disable')
      change.mutate({ id: operator.id, change: { disabled: true } }, { onSuccess: done })
    else remove.mutate(operator.id, { onSuccess: done })
  }
  return (
    <Frame
      title={t(`operator.${action}Title`, { name })}
      onClose={onClose}
      onSubmit={submit}
      button={t(`operator.${action}`)}
      busy={change.isPending || remove.isPending}
    >
      <ProblemBar error={change.error ?? remove.error} />
      <p className={page.lead}>{t(`operator.${action}Text`, { name })}</p>
    </Frame>
  )
}
