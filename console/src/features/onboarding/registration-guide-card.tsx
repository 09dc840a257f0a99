import { Link, makeStyles, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { CredentialKind, OnboardingView, RegistrationGuide } from '../../../../src/contract/index.ts'
import { CopyButton, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { registrationGuideQuery } from './onboarding.ts'
import { PermissionList } from './permission-list.tsx'
import { ScriptTabs } from './script-tabs.tsx'

const useStyles = makeStyles({
  steps: { margin: 0, paddingInlineStart: '20px', display: 'flex', flexDirection: 'column', gap: '12px' },
  title: { fontWeight: tokens.fontWeightSemibold },
  item: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
  },
  items: { margin: 0, paddingInlineStart: '20px' },
})

/** How an administrator registers the application: by hand in the portal of the cloud, or by a script. */
export function RegistrationGuideCard({ view, kind }: { view: OnboardingView; kind: CredentialKind }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const thumbprint = view.completion?.certificateThumbprintSha1 ?? null
  const { data, error, refetch } = useQuery(registrationGuideQuery(view.id, kind, thumbprint))
  return (
    <section className={page.card} aria-labelledby="registration">
      <h2 id="registration" className={page.heading}>
        {t('onboarding.registrationHeading')}
      </h2>
      <p className={page.lead}>{t('onboarding.registrationText')}</p>
      <ProblemBar error={error} onRetry={() => void refetch()} />
      {data ? <Guide guide={data} /> : !error && <Rows count={6} height={40} />}
      <h3 className={page.heading}>{t('onboarding.permissionReasons')}</h3>
      <PermissionList permissions={view.permissions} label={t('onboarding.permissionReasons')} />
      {data && (
        <>
          <h3 className={page.heading}>{t('onboarding.scriptHeading')}</h3>
          <p className={page.lead}>{t('onboarding.scriptText')}</p>
          <ScriptTabs scripts={data.scripts} />
        </>
      )}
    </section>
  )
}

function Guide({ guide }: { guide: RegistrationGuide }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  return (
    <ol className={styles.steps} aria-label={t('onboarding.registrationHeading')}>
      {guide.steps.map(({ title, text, address, items }) => (
        <li key={title}>
          <span className={styles.title}>{title}</span>
          <div>{text}</div>
          {address && (
            <div className={page.row}>
              <Link href={address} target="_blank" rel="noopener noreferrer">
                {address}
              </Link>
              <CopyButton value={address} name={t('onboarding.portalAddress')} />
            </div>
          )}
          {items.length > 0 && (
            <ul className={styles.items}>
              {items.map((item) => (
                <li key={item} className={styles.item}>
                  {item}
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  )
}
