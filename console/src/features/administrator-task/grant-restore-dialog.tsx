import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmDialog } from '../../elements/index.ts'

const hours = ['1', '4', '8', '24', '168'] as const
type Choice = (typeof hours)[number] | 'custom'
const hourMs = 3_600_000

/** Value of a `datetime-local` input, in the browser's own time. */
function localInput(time: number): string {
  const at = new Date(time)
  return new Date(time - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** When the restore rights are to end. */
export function GrantRestoreDialog(props: {
  name: string
  error: unknown
  busy: boolean
  onStart: (endsAt: string) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const [choice, setChoice] = useState<Choice>('4')
  const [custom, setCustom] = useState(() => localInput(Date.now() + 2 * hourMs))
  const isMissing = choice === 'custom' && Number.isNaN(Date.parse(custom))

  function start() {
    const end = choice === 'custom' ? new Date(custom) : new Date(Date.now() + Number(choice) * hourMs)
    props.onStart(end.toISOString())
  }
  return (
    <ConfirmDialog
      title={t('task.endTitle')}
      text={t('task.endLead', { name: props.name })}
      confirm={t('task.next')}
      incomplete={isMissing}
      busy={props.busy}
      error={props.error}
      onConfirm={start}
      onClose={props.onClose}
    >
      <Field label={t('task.endLabel')}>
        <RadioGroup value={choice} onChange={(_, data) => setChoice(data.value as Choice)}>
          {[...hours, 'custom' as const].map((one) => (
            <Radio key={one} value={one} label={t(`task.ends.${one}`)} />
          ))}
        </RadioGroup>
      </Field>
      {choice === 'custom' && (
        <Field label={t('task.endTime')} hint={t('task.endHint')} required>
          <Input
            type="datetime-local"
            value={custom}
            min={localInput(Date.now() + 5 * 60_000)}
            max={localInput(Date.now() + 30 * 24 * hourMs)}
            onChange={(_, data) => setCustom(data.value)}
          />
        </Field>
      )}
    </ConfirmDialog>
  )
}
