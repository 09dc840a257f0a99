import { makeStyles, tokens } from '@fluentui/react-components'
import {
  CheckmarkCircleFilled,
  CircleRegular,
  DismissCircleFilled,
  SubtractCircleRegular,
} from '@fluentui/react-icons'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { OnboardingStep } from '../../../../src/contract/index.ts'
import { announce, BusyMark, usePageStyles } from '../../elements/index.ts'
import { useCountdown } from './countdown.ts'

const useStyles = makeStyles({
  list: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: '10px',
  },
  item: { display: 'grid', gridTemplateColumns: '20px 1fr', columnGap: '10px', alignItems: 'start' },
  icon: { display: 'flex', fontSize: '20px', height: '20px' },
  done: { color: tokens.colorPaletteGreenForeground1 },
  failed: { color: tokens.colorPaletteRedForeground1 },
  quiet: { color: tokens.colorNeutralForeground4 },
  detail: { gridColumnStart: 2 },
})

function StepIcon({ state }: { state: OnboardingStep['state'] }) {
  const styles = useStyles()
  switch (state) {
    case 'running':
      return <BusyMark size="extra-tiny" />
    case 'done':
      return <CheckmarkCircleFilled className={styles.done} />
    case 'failed':
      return <DismissCircleFilled className={styles.failed} />
    case 'skipped':
      return <SubtractCircleRegular className={styles.quiet} />
    case 'waiting':
      return <CircleRegular className={styles.quiet} />
  }
}

function StepLine({ step }: { step: OnboardingStep }) {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  const seconds = useCountdown(step.nextTryAt)
  return (
    <li className={styles.item}>
      <span className={styles.icon} role="img" aria-label={t(`onboarding.stepStates.${step.state}`)}>
        <StepIcon state={step.state} />
      </span>
      <span>{step.label}</span>
      {(step.detail || seconds !== null) && (
        <span className={`${page.small} ${styles.detail}`}>
          {[step.detail, seconds !== null && t('onboarding.nextTry', { seconds })].filter(Boolean).join(', ')}
        </span>
      )}
    </li>
  )
}

/** The live steps; a finished or failed one is also said to screen readers. */
export function StepList({ steps }: { steps: readonly OnboardingStep[] }) {
  const { t } = useTranslation()
  const styles = useStyles()
  const said = useRef(new Set<string>())
  useEffect(() => {
    const news = steps.filter(
      (step) => (step.state === 'done' || step.state === 'failed') && !said.current.has(step.id),
    )
    for (const step of news) said.current.add(step.id)
    const last = news.at(-1)
    if (last) announce(`${last.label}: ${t(`onboarding.stepStates.${last.state}`)}`)
  }, [steps, t])
  return (
    <ol className={styles.list}>
      {steps.map((step) => (
        <StepLine key={step.id} step={step} />
      ))}
    </ol>
  )
}
