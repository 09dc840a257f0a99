import { Badge, Button, Field, Input } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApprovalView } from '../../../../src/contract/index.ts'
import { announce, ConfirmDialog, Facts, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { useMay } from '../operator/operator.ts'
import { sessionQuery } from '../session/session.ts'
import { type Decision, useDecide, useSetReason } from './approval.ts'

const colors = {
  pending: 'warning',
  waiting: 'informative',
  ready: 'success',
  used: 'subtle',
  declined: 'danger',
  cancelled: 'subtle',
  expired: 'subtle',
} as const

/** One request: what, who, why, how far, and what the one who looks can do about it. */
export function ApprovalCard({ approval }: { approval: ApprovalView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const may = useMay()
  const { data: session } = useQuery(sessionQuery)
  const own = approval.requestedBy.id === session?.operator.id
  const isOpen = ['pending', 'waiting', 'ready'].includes(approval.state)
  const name = t(`approval.operations.${approval.operation}` as 'approval.operations.deleteBackups', {
    defaultValue: approval.operation,
  })
  const details = Object.entries(approval.body ?? {}).map(
    ([key, value]) => `${key}: ${JSON.stringify(value)}`,
  )
  return (
    <section className={page.card} aria-label={name}>
      <div className={page.row} style={{ justifyContent: 'space-between' }}>
        <h2 className={page.heading}>{name}</h2>
        <Badge appearance="tint" color={colors[approval.state]}>
          {t(`approval.states.${approval.state}`)}
        </Badge>
      </div>
      <Facts
        wide
        facts={[
          ...(approval.organizationId
            ? [[t('approval.organization'), approval.organizationName ?? approval.organizationId] as const]
            : []),
          ...(details.length > 0 ? [[t('approval.details'), details.join(', ')] as const] : []),
          [
            t('approval.askedBy'),
            t('approval.by', { name: approval.requestedBy.userName, time: formatTime(approval.requestedAt) }),
          ],
          [t('approval.reason'), approval.reason || t('approval.noReason')],
          ...(approval.decidedBy && approval.decidedAt
            ? [
                [
                  t('approval.decidedBy'),
                  t('approval.by', {
                    name: approval.decidedBy.userName,
                    time: formatTime(approval.decidedAt),
                  }),
                ] as const,
              ]
            : []),
          ...(approval.readyAt && isOpen
            ? [[t('approval.from'), formatTime(approval.readyAt)] as const]
            : []),
          ...(isOpen ? [[t('approval.until'), formatTime(approval.expiresAt)] as const] : []),
        ]}
      />
      {own && approval.state === 'ready' && <p>{t('approval.readyHint')}</p>}
      {own && approval.state === 'pending' && <ReasonForm approval={approval} />}
      {isOpen && (
        <div className={page.row}>
          {!own && approval.state === 'pending' && may('approvals.decide') && (
            <>
              <DecideButton approval={approval} decision="approve" name={name} />
              <DecideButton approval={approval} decision="decline" name={name} />
            </>
          )}
          {(own || may('approvals.decide')) && (own || approval.state !== 'pending') && (
            <DecideButton approval={approval} decision="cancel" name={name} />
          )}
        </div>
      )}
    </section>
  )
}

function DecideButton(props: { approval: ApprovalView; decision: Decision; name: string }) {
  const { approval, decision, name } = props
  const { t } = useTranslation()
  const decide = useDecide()
  const word = t(`approval.${decision}`)
  return (
    <ConfirmDialog
      title={t(`approval.${decision}Title`, { what: name })}
      text={t(`approval.${decision}Text`, { name: approval.requestedBy.userName })}
      confirm={word}
      busy={decide.isPending}
      error={decide.error}
      trigger={<Button appearance={decision === 'approve' ? 'primary' : 'secondary'}>{word}</Button>}
      {...(decide.isSuccess && { result: <p>{t(`approval.done.${decision}`)}</p> })}
      onConfirm={() => decide.mutate({ id: approval.id, decision })}
      onClose={decide.forget}
    />
  )
}

function ReasonForm({ approval }: { approval: ApprovalView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const save = useSetReason(approval.id)
  const [reason, setReason] = useState(approval.reason)
  function submit(event: FormEvent) {
    event.preventDefault()
    if (!save.isPending) save.mutate(reason.trim(), { onSuccess: () => announce(t('approval.reasonSaved')) })
  }
  return (
    <form className={page.column} style={{ maxWidth: 520 }} onSubmit={submit}>
      <ProblemBar error={save.error} />
      <Field label={t('approval.yourReason')} hint={t('approval.yourReasonHint')}>
        <Input value={reason} maxLength={500} onChange={(_, data) => setReason(data.value)} />
      </Field>
      <div>
        <Button type="submit" disabledFocusable={save.isPending || reason.trim() === approval.reason}>
          {t('approval.saveReason')}
        </Button>
      </div>
    </form>
  )
}
