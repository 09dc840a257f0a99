import { makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { PageTitle, usePageStyles } from '../../elements/index.ts'
import { Mark } from '../../frame/mark.tsx'
import { ThemeMenu } from '../../frame/theme-menu.tsx'

const useStyles = makeStyles({
  page: {
    minHeight: '100vh',
    boxSizing: 'border-box',
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    padding: '16px',
    backgroundImage: `radial-gradient(60rem 30rem at 50% -10rem, ${tokens.colorBrandBackground2}, transparent)`,
  },
  bar: { width: '100%', display: 'flex', alignItems: 'center', justifyContent: 'space-between' },
  brand: { display: 'flex', alignItems: 'center', gap: '10px' },
  card: {
    width: '100%',
    maxWidth: '440px',
    boxSizing: 'border-box',
    marginTop: '8vh',
    padding: '32px',
    '@media (max-width: 640px)': { marginTop: '24px', padding: '20px' },
  },
  wide: { maxWidth: '680px', marginTop: '4vh' },
})

/** The page around sign-in and set-up: one card, nothing else to do. */
export function SignedOutPage(props: { title: string; lead: string; wide?: boolean; children: ReactNode }) {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  return (
    <div className={styles.page}>
      <header className={styles.bar} data-print="hidden">
        <span className={styles.brand}>
          <Mark />
          <Text weight="semibold" size={400}>
            {t('frame.product')}
          </Text>
        </span>
        <ThemeMenu />
      </header>
      <main className={mergeClasses(page.card, styles.card, props.wide && styles.wide)}>
        <PageTitle title={props.title} />
        <p className={page.lead}>{props.lead}</p>
        {props.children}
      </main>
    </div>
  )
}
