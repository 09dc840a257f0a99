import { Button } from '@fluentui/react-components'
import { ArrowRightRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AddMethod, CredentialKind, Workload } from '../../../../src/contract/index.ts'
import { ProblemBar, RouterButton, Rows, usePageStyles } from '../../elements/index.ts'
import { ChoiceCards } from './choice-cards.tsx'
import { CloudDetection } from './cloud-detection.tsx'
import { cloudsQuery, permissionsQuery, useStartOnboarding } from './onboarding.ts'
import { PermissionList } from './permission-list.tsx'
import { signInWaysQuery } from './sign-in-ways.tsx'
import { WizardPage } from './wizard-page.tsx'
import { WorkloadChoice } from './workload-choice.tsx'

/** 'Step 1: Add Method Selection'. */
export function MethodSelectionPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const navigate = useNavigate()
  const clouds = useQuery(cloudsQuery)
  const [chosenCloud, setCloud] = useState<string>()
  const [chosenMethod, setMethod] = useState<AddMethod>()
  const [leftOut, setLeftOut] = useState<readonly Workload[]>([])
  const [restoreRights, setRestoreRights] = useState(true)
  const [credentialKind, setCredentialKind] = useState<CredentialKind>('password')
  const start = useStartOnboarding()

  const cloud =
    clouds.data?.find(({ id }) => id === chosenCloud) ??
    clouds.data?.find(({ id }) => id === 'global') ??
    clouds.data?.[0]
  const ways = useQuery(signInWaysQuery(cloud?.id))
  // Where Microsoft cannot send the browser back to this console, the one-time code takes the place of the browser.
  const elsewhere = ways.data?.browser.reason ?? null
  const methods = (cloud?.methods ?? []).map((row) =>
    row.available && row.method === 'credential' && elsewhere !== null
      ? { ...row, available: false, reason: elsewhere }
      : row,
  )
  const usable = methods.filter(({ available }) => available)
  const method = usable.find((row) => row.method === chosenMethod)?.method ?? usable[0]?.method
  const workloads = (cloud?.workloads ?? [])
    .filter(({ workload, available }) => available && !leftOut.includes(workload))
    .map(({ workload }) => workload)
  const permissions = useQuery(permissionsQuery(cloud?.id, workloads, restoreRights))

  function next() {
    if (!cloud || !method || workloads.length === 0) return
    start.mutate(
      { method, cloud: cloud.id, workloads, restoreRights, credentialKind },
      {
        onSuccess: ({ id }) =>
          void navigate({ to: '/onboarding/$onboardingId', params: { onboardingId: id } }),
      },
    )
  }
  return (
    <WizardPage step={1} manual={method === 'manual'}>
      <ProblemBar error={clouds.error} onRetry={() => void clouds.refetch()} />
      <section className={page.card} aria-labelledby="environment">
        <h2 id="environment" className={page.heading}>
          {t('onboarding.environment')}
        </h2>
        <p className={page.lead}>{t('onboarding.environmentText')}</p>
        <CloudDetection onDetected={setCloud} />
        {clouds.isPending ? (
          <Rows count={1} height={64} />
        ) : (
          <ChoiceCards
            label={t('onboarding.environment')}
            value={cloud?.id ?? ''}
            onChange={setCloud}
            choices={(clouds.data ?? []).map(({ id, name, description, group, methods }) => ({
              // A cloud in which no method works yet cannot be chosen.
              reason: methods.some(({ available }) => available)
                ? null
                : methods.findLast(({ reason }) => reason)?.reason,
              group: group ?? undefined,
              value: id,
              label: name,
              text:
                id === 'global' && !description.includes('GCC')
                  ? `${description} ${t('onboarding.gcc')}`
                  : description,
            }))}
          />
        )}
      </section>
      <section className={page.card} aria-labelledby="method">
        <h2 id="method" className={page.heading}>
          {t('onboarding.selectMethod')}
        </h2>
        {clouds.isPending ? (
          <Rows count={1} height={64} />
        ) : (
          <ChoiceCards
            label={t('onboarding.selectMethod')}
            value={method ?? ''}
            onChange={(value) => setMethod(value as AddMethod)}
            choices={methods.map((row) => ({
              value: row.method,
              label: t(`onboarding.methods.${row.method}`),
              text: t(`onboarding.methodTexts.${row.method}`),
              reason: row.available ? null : row.reason,
            }))}
          />
        )}
      </section>
      <section className={page.card} aria-labelledby="workloads">
        <h2 id="workloads" className={page.heading}>
          {t('onboarding.workloads')}
        </h2>
        <WorkloadChoice
          offered={cloud?.workloads ?? []}
          chosen={workloads}
          onChange={(workload, chosen) =>
            setLeftOut(chosen ? leftOut.filter((one) => one !== workload) : [...leftOut, workload])
          }
        />
        <h3 className={page.heading}>{t('onboarding.restoreRights')}</h3>
        <ChoiceCards
          label={t('onboarding.restoreRights')}
          value={restoreRights ? 'now' : 'later'}
          onChange={(value) => setRestoreRights(value === 'now')}
          choices={[
            { value: 'now', label: t('onboarding.restoreNow'), text: t('onboarding.restoreNowText') },
            { value: 'later', label: t('onboarding.restoreLater'), text: t('onboarding.restoreLaterText') },
          ]}
        />
        <h3 className={page.heading}>{t('onboarding.permissions')}</h3>
        <ProblemBar error={permissions.error} onRetry={() => void permissions.refetch()} />
        {workloads.length === 0 ? null : permissions.data ? (
          <PermissionList permissions={permissions.data} label={t('onboarding.permissions')} />
        ) : (
          <Rows count={3} height={48} />
        )}
      </section>
      <section className={page.card} aria-labelledby="credential">
        <h2 id="credential" className={page.heading}>
          {t('onboarding.credential')}
        </h2>
        <ChoiceCards
          label={t('onboarding.credential')}
          value={credentialKind}
          onChange={(value) => setCredentialKind(value as CredentialKind)}
          choices={[
            { value: 'password', label: t('onboarding.password'), text: t('onboarding.passwordText') },
            {
              value: 'certificate',
              label: t('onboarding.certificate'),
              text: t('onboarding.certificateText'),
              badge: t('onboarding.moreSecure'),
            },
          ]}
        />
      </section>
      <ProblemBar error={start.error} />
      <div className={page.between}>
        <RouterButton to="/organizations" appearance="subtle">
          {t('common.cancel')}
        </RouterButton>
        <Button
          appearance="primary"
          size="large"
          icon={<ArrowRightRegular />}
          iconPosition="after"
          disabledFocusable={!cloud || !method || workloads.length === 0 || start.isPending}
          onClick={next}
        >
          {method === 'manual' ? t('onboarding.nextCompletion') : t('onboarding.nextAuthorization')}
        </Button>
      </div>
    </WizardPage>
  )
}
