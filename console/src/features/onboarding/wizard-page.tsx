import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { CheckmarkFilled } from '@fluentui/react-icons'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { PageTitle, RouterLink, usePageStyles } from '../../elements/index.ts'

const useStyles = makeStyles({
  steps: { display: 'flex', gap: '8px', listStyleType: 'none', margin: 0, padding: 0 },
  step: {
    flex: '1 1 0',
    minWidth: 0,
    display: 'flex',
    alignItems: 'center',
    gap: '8px',
    paddingTop: '10px',
    borderTop: `3px solid ${tokens.colorNeutralStroke2}`,
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
  },
  reached: { borderTopColor: tokens.colorCompoundBrandStroke },
  current: { color: tokens.colorNeutralForeground1, fontWeight: tokens.fontWeightSemibold },
  // On a phone only the current step has room for its name; screen readers hear all.
  narrow: { position: 'relative', '@media (max-width: 640px)': { flex: '0 0 44px', overflow: 'hidden' } },
  name: { '@media (max-width: 640px)': { position: 'absolute', clipPath: 'inset(50%)' } },
})

/** Frame of the steps: where one is, the heading, the content. The Manual Process has no step of authorization. */
export function WizardPage({
  step,
  manual = false,
  children,
}: {
  step: 1 | 2 | 3
  manual?: boolean
  children: ReactNode
}) {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  const titles = manual
    ? [t('onboarding.step1'), t('onboarding.manualStep2')]
    : [t('onboarding.step1'), t('onboarding.step2'), t('onboarding.step3')]
  return (
    <div className={mergeClasses(page.page, page.narrow)}>
      <div>
        <RouterLink to="/organizations">{t('organization.title')}</RouterLink>
      </div>
      <ol className={styles.steps} aria-label={t('onboarding.steps')}>
        {titles.map((title, index) => (
          <li
            key={title}
            aria-current={index + 1 === step ? 'step' : undefined}
            className={mergeClasses(
              styles.step,
              index < step && styles.reached,
              index + 1 === step ? styles.current : styles.narrow,
            )}
          >
            {index + 1 < step && <CheckmarkFilled aria-hidden />}
            <span>
              {index + 1}.{' '}
              <span className={index + 1 === step ? undefined : styles.name}>
                {title.replace(/^Step \d: /, '')}
              </span>
            </span>
          </li>
        ))}
      </ol>
      <PageTitle key={step} title={titles[step - 1] ?? ''} />
      {children}
    </div>
  )
}
