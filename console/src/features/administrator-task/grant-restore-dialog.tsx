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
  Radio,
  RadioGroup,
} from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemBar, usePageStyles } from '../../elements/index.ts'

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
  const page = usePageStyles()
  const [choice, setChoice] = useState<Choice>('4')
  const [custom, setCustom] = useState(() => localInput(Date.now() + 2 * hourMs))
  const isMissing = choice === 'custom' && Number.isNaN(Date.parse(custom))

  function submit(event: FormEvent) {
    event.preventDefault()
    if (isMissing || props.busy) return
    const end = choice === 'custom' ? new Date(custom) : new Date(Date.now() + Number(choice) * hourMs)
    props.onStart(end.toISOString())
  }
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && props.onClose()}>
      <DialogSurface>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{t('task.endTitle')}</DialogTitle>
            <DialogContent className={page.dialog}>
              <ProblemBar error={props.error} />
              <p className={page.lead}>{t('task.endLead', { name: props.name })}</p>
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
            </DialogContent>
            <DialogActions>
              <Button type="button" onClick={props.onClose}>
                {t('task.cancel')}
              </Button>
              <Button type="submit" appearance="primary" disabledFocusable={isMissing || props.busy}>
                {t('task.next')}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
