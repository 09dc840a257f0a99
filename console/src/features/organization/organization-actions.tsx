import { Button } from '@fluentui/react-components'
import { CloudArrowUpRegular, ShieldCheckmarkRegular } from '@fluentui/react-icons'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { announce, BusyMark } from '../../elements/index.ts'
import { useMay } from '../operator/operator.ts'
import { isActive, useStartRun } from '../run/run.ts'
import { useVerifyOrganization } from './organization.ts'

/** 'Back up now' and 'Verify now'. A started backup leads to its progress. */
export function useOrganizationActions(organization: OrganizationView) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const start = useStartRun(organization.id)
  const verify = useVerifyOrganization(organization.id)
  const running = organization.lastRun !== null && isActive(organization.lastRun)
  const { name } = organization
  const may = useMay()
  const buttons = (
    <>
      {may('runs.manage') && (
        <Button
          appearance="primary"
          icon={<CloudArrowUpRegular />}
          disabledFocusable={start.isPending || running}
          onClick={() =>
            start.mutate(undefined, {
              onSuccess: (run) => {
                announce(t('organization.backupStarted', { name }))
                void navigate({
                  to: '/organizations/$organizationId/runs/$runId',
                  params: { organizationId: organization.id, runId: run.id },
                })
              },
            })
          }
        >
          {t('organization.backUp')}
        </Button>
      )}
      {may('organizations.manage') && (
        <Button
          icon={verify.isPending ? <BusyMark /> : <ShieldCheckmarkRegular />}
          disabledFocusable={verify.isPending}
          onClick={() =>
            verify.mutate(undefined, { onSuccess: () => announce(t('organization.verified', { name })) })
          }
        >
          {t('organization.verify')}
        </Button>
      )}
    </>
  )
  return { buttons, error: start.error ?? verify.error }
}
