import { Button, Field, SpinButton, Switch } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TwoPersonRule } from '../../../../src/contract/index.ts'
import { announce, Facts, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { twoPersonRuleQuery, useSetTwoPersonRule } from '../approval/approval.ts'
import { useMay } from '../operator/operator.ts'
import { ProofField, useProof } from '../session/proof-field.tsx'

const longestDelay = 336

/** Whether what destroys backups, or opens them elsewhere, needs a second owner. */
export function TwoPersonCard() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const may = useMay()
  const { data: rule, error, refetch } = useQuery(twoPersonRuleQuery)
  return (
    <section className={page.card} aria-labelledby="two-person">
      <h2 id="two-person" className={page.heading}>
        {t('approval.ruleHeading')}
      </h2>
      <p className={page.lead}>{t('approval.ruleText')}</p>
      <ProblemBar error={error} onRetry={() => void refetch()} />
      {!rule && !error && <Rows count={2} height={32} />}
      {rule && !may('approvals.decide') && (
        <Facts
          facts={[
            [t('approval.rule'), t(rule.enabled ? 'approval.on' : 'approval.off')],
            [t('approval.delay'), t('approval.hours', { count: rule.delayHours })],
          ]}
        />
      )}
      {rule && may('approvals.decide') && <RuleForm key={JSON.stringify(rule)} rule={rule} />}
    </section>
  )
}

function RuleForm({ rule }: { rule: TwoPersonRule }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const save = useSetTwoPersonRule()
  const { proof, clear, fields } = useProof()
  const [enabled, setEnabled] = useState(rule.enabled)
  const [delayHours, setDelayHours] = useState(rule.delayHours)
  const changed = enabled !== rule.enabled || delayHours !== rule.delayHours

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!proof || !changed || save.isPending) return
    save.mutate(
      { enabled, delayHours, proof },
      {
        onSuccess: () => {
          clear()
          announce(t('approval.ruleSaved'))
        },
      },
    )
  }
  return (
    <form className={page.column} style={{ maxWidth: 520 }} onSubmit={submit}>
      <ProblemBar error={save.error} />
      <Switch label={t('approval.rule')} checked={enabled} onChange={(_, data) => setEnabled(data.checked)} />
      <Field label={t('approval.delay')} hint={t('approval.delayHint')}>
        <SpinButton
          min={0}
          max={longestDelay}
          value={delayHours}
          onChange={(_, { value, displayValue }) => {
            const next = value ?? Number.parseInt(displayValue ?? '', 10)
            if (Number.isInteger(next)) setDelayHours(Math.min(longestDelay, Math.max(0, next)))
          }}
        />
      </Field>
      {changed && <ProofField {...fields} />}
      <div>
        <Button type="submit" disabledFocusable={!proof || !changed || save.isPending}>
          {t('approval.saveRule')}
        </Button>
      </div>
    </form>
  )
}
