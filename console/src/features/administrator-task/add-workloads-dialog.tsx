import { Checkbox } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Workload } from '../../../../src/contract/index.ts'
import { ConfirmDialog } from '../../elements/index.ts'

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
  const [chosen, setChosen] = useState<readonly Workload[]>(props.workloads)

  return (
    <ConfirmDialog
      title={t('task.workloadsTitle')}
      text={t('task.workloadsLead', { name: props.name })}
      confirm={t('task.next')}
      incomplete={chosen.length === 0}
      busy={props.busy}
      error={props.error}
      onConfirm={() => props.onStart([...chosen])}
      onClose={props.onClose}
    >
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
    </ConfirmDialog>
  )
}
