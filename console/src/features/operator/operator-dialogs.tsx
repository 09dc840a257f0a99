import { Field, Input } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OperatorDetail } from '../../../../src/contract/index.ts'
import { announce, ConfirmDialog } from '../../elements/index.ts'
import { ProofField, useProof } from '../session/proof-field.tsx'
import { LinkShown } from './link-shown.tsx'
import { useChangeOperator, useNewLink, useRemoveOperator, useRemoveSecondFactors } from './operator.ts'
import { type RoleAndReach, RoleAndReachFields, reachIsEmpty } from './role-and-reach.tsx'

export type OperatorAction = 'edit' | 'link' | 'factors' | 'disable' | 'remove'

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
  if (action === 'factors') return <FactorsDialog {...common} />
  return <EndDialog {...common} action={action} />
}

function EditDialog({ operator, own, onClose }: DialogProps) {
  const { t } = useTranslation()
  const [displayName, setDisplayName] = useState(operator.displayName)
  const [chosen, setChosen] = useState<RoleAndReach>({ role: operator.role, reach: operator.reach })
  const [tried, setTried] = useState(false)
  const change = useChangeOperator()
  const name = displayName.trim() || operator.userName
  function confirm() {
    setTried(true)
    if (reachIsEmpty(chosen) && operator.reach?.length !== 0) return
    // What did not change is not sent: a change of role or reach signs the operator out.
    const changed = {
      displayName: name,
      ...(chosen.role === operator.role ? {} : { role: chosen.role }),
      ...(JSON.stringify(chosen.reach) === JSON.stringify(operator.reach) ? {} : { reach: chosen.reach }),
    }
    const onSuccess = () => {
      announce(t('operator.saved', { name }))
      onClose()
    }
    change.mutate({ id: operator.id, change: changed }, { onSuccess })
  }
  return (
    <ConfirmDialog
      title={t('operator.editTitle', { name: operator.displayName })}
      {...(own ? {} : { text: t('operator.editText') })}
      confirm={t('operator.save')}
      busy={change.isPending}
      error={change.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Field label={t('operator.name')}>
        <Input value={displayName} maxLength={120} onChange={(_, { value }) => setDisplayName(value)} />
      </Field>
      <RoleAndReachFields value={chosen} onChange={setChosen} roleFixed={own} tried={tried} />
    </ConfirmDialog>
  )
}

function LinkDialog({ operator, onClose }: DialogProps) {
  const { t } = useTranslation()
  const make = useNewLink()
  const name = operator.displayName
  return (
    <ConfirmDialog
      title={t(make.data ? 'operator.linkTitle' : 'operator.newLinkNamed', { name })}
      text={t('operator.newLinkText', { name })}
      confirm={t('operator.makeLink')}
      busy={make.isPending}
      error={make.error}
      onConfirm={() => make.mutate(operator.id)}
      onClose={onClose}
      result={make.data && <LinkShown made={make.data} />}
    />
  )
}

function FactorsDialog({ operator, onClose }: DialogProps) {
  const { t } = useTranslation()
  const { proof, clear, fields } = useProof()
  const remove = useRemoveSecondFactors()
  const name = operator.displayName
  function confirm() {
    if (!proof) return
    const onSuccess = () => {
      announce(t('security.takenOff', { name }))
      onClose()
    }
    remove.mutate({ id: operator.id, proof }, { onSuccess, onSettled: clear })
  }
  return (
    <ConfirmDialog
      title={t('security.takeOffTitle', { name })}
      text={t('security.takeOffText', { name })}
      confirm={t('security.takeOff')}
      incomplete={proof === null}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <ProofField {...fields} />
    </ConfirmDialog>
  )
}

function EndDialog({ operator, action, onClose }: DialogProps & { action: 'disable' | 'remove' }) {
  const { t } = useTranslation()
  const change = useChangeOperator()
  const remove = useRemoveOperator()
  const name = operator.displayName
  const onSuccess = () => {
    announce(t(action === 'disable' ? 'operator.disabled' : 'operator.removed', { name }))
    onClose()
  }
  return (
    <ConfirmDialog
      title={t(`operator.${action}Title`, { name })}
      text={t(`operator.${action}Text`, { name })}
      confirm={t(`operator.${action}`)}
      busy={change.isPending || remove.isPending}
      error={change.error ?? remove.error}
      onConfirm={() =>
        action === 'disable'
          ? change.mutate({ id: operator.id, change: { disabled: true } }, { onSuccess })
          : remove.mutate(operator.id, { onSuccess })
      }
      onClose={onClose}
    />
  )
}
