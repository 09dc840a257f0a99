import { useTranslation } from 'react-i18next'
import { PageTitle, usePageStyles } from '../../elements/index.ts'
import { OuterKeyCard } from './outer-key-card.tsx'
import { TwoPersonCard } from './two-person-card.tsx'

/** 'Settings > Protection': what guards the secrets of the server, and acts that one person alone should not do. */
export function ProtectionPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  return (
    <div className={`${page.page} ${page.narrow}`}>
      <PageTitle title={t('protection.title')} />
      <p className={page.lead}>{t('protection.lead')}</p>
      <TwoPersonCard />
      <OuterKeyCard />
    </div>
  )
}
