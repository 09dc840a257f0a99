import { useTranslation } from 'react-i18next'
import { PageTitle, RouterButton, usePageStyles } from '../elements/index.ts'

export function NotFoundPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  return (
    <main className={page.page}>
      <PageTitle title={t('frame.notFound')} />
      <p className={page.lead}>{t('frame.notFoundText')}</p>
      <div>
        <RouterButton to="/" appearance="primary">
          {t('frame.toStart')}
        </RouterButton>
      </div>
    </main>
  )
}
