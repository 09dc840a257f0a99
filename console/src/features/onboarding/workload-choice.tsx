import { Checkbox } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { CloudView, Workload } from '../../../../src/contract/index.ts'
import { usePageStyles } from '../../elements/index.ts'

/** What will be protected. A workload that the cloud does not have says so; one has to be chosen. */
export function WorkloadChoice({
  offered,
  chosen,
  onChange,
}: {
  offered: CloudView['workloads']
  chosen: readonly Workload[]
  onChange: (workload: Workload, chosen: boolean) => void
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  return (
    <fieldset aria-labelledby="workloads" style={{ border: 0, margin: 0, padding: 0, minInlineSize: 0 }}>
      {offered.map(({ workload, available, reason }) => (
        <div key={workload}>
          <Checkbox
            checked={chosen.includes(workload)}
            disabled={!available}
            aria-describedby={`workload-${workload}`}
            label={t(`onboarding.workload.${workload}`)}
            onChange={(_, data) => onChange(workload, data.checked === true)}
          />
          <div id={`workload-${workload}`} className={page.small} style={{ paddingLeft: 36, marginTop: -4 }}>
            {t(`onboarding.workloadTexts.${workload}`)} {reason}
          </div>
        </div>
      ))}
      {offered.length > 0 && chosen.length === 0 && (
        <div role="alert" className={page.small} style={{ paddingLeft: 36 }}>
          {t('onboarding.workloadMissing')}
        </div>
      )}
    </fieldset>
  )
}
