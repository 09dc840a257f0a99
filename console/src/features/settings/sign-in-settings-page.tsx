import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { PageTitle, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { ClientCard } from './client-card.tsx'
import { ExternalAddressForm } from './external-address-form.tsx'
import { signInSettingsQuery } from './sign-in-settings.ts'

/** 'Settings > Microsoft sign-in'. */
export function SignInSettingsPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { data: settings, error, refetch } = useQuery(signInSettingsQuery)
  const without = settings?.clouds.filter(({ available }) => !available) ?? []
  return (
    <div className={`${page.page} ${page.narrow}`}>
      <PageTitle title={t('settings.title')} />
      <p className={page.lead}>{t('settings.lead')}</p>
      <ProblemBar error={error} onRetry={() => void refetch()} />
      {!settings && !error && <Rows count={3} height={64} />}
      {settings && (
        <>
          <ExternalAddressForm key={settings.externalAddress} settings={settings} />
          {settings.clouds
            .filter(({ available }) => available)
            .map((cloud) => (
              <ClientCard key={cloud.cloud} cloud={cloud} settings={settings} />
            ))}
          {without.length > 0 && (
            <section className={page.card} aria-labelledby="without">
              <h2 id="without" className={page.heading}>
                {t('settings.unavailable')}
              </h2>
              <ul className={page.list}>
                {without.map(({ cloud, name, reason }) => (
                  <li key={cloud}>
                    {name}
                    <span className={page.small} style={{ display: 'block' }}>
                      {reason}
                    </span>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      )}
    </div>
  )
}
