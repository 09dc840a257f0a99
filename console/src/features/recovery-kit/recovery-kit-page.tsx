import { mergeClasses } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { PageTitle, usePageStyles } from '../../elements/index.ts'
import { RecoveryKitPanel } from './recovery-kit-panel.tsx'

export function RecoveryKitPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const navigate = useNavigate()
  return (
    <div className={mergeClasses(page.page, page.narrow)}>
      <PageTitle title={t('kit.title')} />
      <p className={page.lead}>{t('kit.lead')}</p>
      <section className={page.card} aria-label={t('kit.title')}>
        <RecoveryKitPanel onDone={() => void navigate({ to: '/' })} />
      </section>
    </div>
  )
}
