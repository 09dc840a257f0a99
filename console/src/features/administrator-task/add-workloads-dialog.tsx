import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Workload } from '../../../../src/contract/index.ts'
import { ProblemBar, usePageStyles } from '../../elements/index.ts'

/** Which of the workloads that the organization does not have yet. */
export function AddWorkloadsDialog(props: {
  name: string
  workloads: readonly Workload[]
  error: unknown
  busy: boolean
  onStart: (workloads: Workload[]) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [chosen, setChosen] = useState<readonly Workload[]>(props.workloads)

  function submit(event: FormEvent) {
    event.preventDefault()
    if (chosen.length > 0 && !props.busy) props.onStart([...chosen])
  }
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && props.onClose()}>
      <DialogSurface>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{t('task.workloadsTitle')}</DialogTitle>
            <DialogContent className={page.dialog}>
              <ProblemBar error={props.error} />
              <p className={page.lead}>{t('task.workloadsLead', { name: props.name })}</p>
              {props.workloads.map((workload) => (
                <Checkbox
                  key={workload}
                  label={t(`organization.workloads.${workload}`)}
                  checked={chosen.includes(workload)}
                  onChange={(_, { checked }) =>
                    setChosen((before) =>
                      checked === true ? [...before, workload] : before.filter((one) => one !== workload),
                    )
                  }
                />
              ))}
            </DialogContent>
            <DialogActions>
              <Button type="button" onClick={props.onClose}>
                {t('task.cancel')}
              </Button>
              <Button
                type="submit"
                appearance="primary"
                disabledFocusable={chosen.length === 0 || props.busy}
              >
                {t('task.next')}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
