import {
  Button,
  CounterBadge,
  Link,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Text,
  tokens,
} from '@fluentui/react-components'
import {
  AlertRegular,
  CloudDatabaseRegular,
  HistoryRegular,
  PeopleCheckmarkRegular,
  PeopleRegular,
  PersonAccountsRegular,
  PersonKeyRegular,
  PersonRegular,
  ShieldKeyholeRegular,
} from '@fluentui/react-icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Outlet, Link as PlainLink, useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { startLiveUpdates } from '../api/live.ts'
import { useOpenAlerts } from '../features/alert/alert.ts'
import { OpenApprovals } from '../features/approval/open-approvals.tsx'
import { ReadyApprovals } from '../features/approval/ready-approvals.tsx'
import { useMay } from '../features/operator/operator.ts'
import { sessionQuery } from '../features/session/session.ts'
import { Mark } from './mark.tsx'
import { OperatorMenu } from './operator-menu.tsx'
import { ThemeMenu } from './theme-menu.tsx'

const useStyles = makeStyles({
  frame: { minHeight: '100vh', display: 'flex', flexDirection: 'column' },
  skip: {
    position: 'absolute',
    left: '8px',
    top: '-60px',
    zIndex: 10,
    padding: '8px 12px',
    backgroundColor: tokens.colorNeutralBackground1,
    ':focus': { top: '8px' },
  },
  bar: {
    display: 'flex',
    alignItems: 'stretch',
    gap: '16px',
    padding: '0 16px',
    minHeight: '52px',
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    '@media (max-width: 640px)': { flexWrap: 'wrap', gap: '0 8px', padding: '0 12px' },
  },
  brand: {
    display: 'flex',
    alignItems: 'center',
    gap: '10px',
    color: 'inherit',
    textDecorationLine: 'none',
    marginRight: '12px',
    minHeight: '48px',
  },
  navigation: {
    display: 'flex',
    alignItems: 'stretch',
    '@media (max-width: 640px)': { order: 3, width: '100%', minHeight: '40px' },
  },
  tab: {
    display: 'flex',
    alignItems: 'center',
    padding: '0 8px',
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    textDecorationLine: 'none',
  },
  currentTab: { boxShadow: `inset 0 -3px 0 ${tokens.colorCompoundBrandStroke}` },
  tools: { display: 'flex', alignItems: 'center', gap: '4px', marginLeft: 'auto' },
  sections: {
    display: 'flex',
    gap: '4px',
    flexWrap: 'wrap',
    padding: '6px 16px',
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    '@media (max-width: 640px)': { padding: '4px 12px' },
  },
  section: {
    display: 'flex',
    alignItems: 'center',
    gap: '6px',
    padding: '4px 10px',
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover },
  },
  current: {
    color: tokens.colorBrandForeground2,
    backgroundColor: tokens.colorBrandBackground2,
    fontWeight: tokens.fontWeightSemibold,
  },
  reminder: { margin: '12px 24px 0', '@media (max-width: 640px)': { margin: '12px 12px 0' } },
  main: { flexGrow: 1, minWidth: 0 },
})

const settingsPages = [
  {
    to: '/settings/sign-in',
    name: 'signInSettings',
    icon: <PersonKeyRegular aria-hidden />,
    right: 'settings.read',
  },
  {
    to: '/settings/protection',
    name: 'protection',
    icon: <ShieldKeyholeRegular aria-hidden />,
    right: 'settings.read',
  },
  {
    to: '/settings/operators',
    name: 'operators',
    icon: <PeopleRegular aria-hidden />,
    right: 'operators.read',
  },
  {
    to: '/settings/alerts',
    name: 'alertSettings',
    icon: <AlertRegular aria-hidden />,
    right: 'settings.read',
  },
  {
    to: '/settings/single-sign-on',
    name: 'singleSignOn',
    icon: <PersonAccountsRegular aria-hidden />,
    right: 'settings.read',
  },
  {
    to: '/settings/approvals',
    name: 'approvals',
    icon: <PeopleCheckmarkRegular aria-hidden />,
    right: null,
  },
  { to: '/settings/audit', name: 'audit', icon: <HistoryRegular aria-hidden />, right: 'audit.read' },
  { to: '/settings/account', name: 'account', icon: <PersonRegular aria-hidden />, right: null },
] as const

/** What surrounds every page of a signed-in operator; keeps the live updates running. */
export function Frame() {
  const { t } = useTranslation()
  const styles = useStyles()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const inSettings = pathname.startsWith('/settings')
  const session = useQuery(sessionQuery)
  const may = useMay()
  const openAlerts = useOpenAlerts()
  const inAlerts = pathname.startsWith('/alerts')
  const settings = settingsPages.filter(({ right }) => right === null || may(right))
  useEffect(() => startLiveUpdates(client), [client])

  return (
    <div className={styles.frame}>
      <header className={styles.bar} data-print="hidden">
        <Link href="#content" className={styles.skip}>
          {t('frame.skip')}
        </Link>
        <PlainLink to="/" className={styles.brand}>
          <Mark />
          <Text weight="semibold" size={400}>
            {t('frame.product')}
          </Text>
        </PlainLink>
        <nav className={styles.navigation} aria-label={t('frame.mainNavigation')}>
          <PlainLink
            to="/"
            className={mergeClasses(styles.tab, !inSettings && styles.currentTab)}
            aria-current={inSettings ? undefined : 'true'}
          >
            {t('frame.applications')}
          </PlainLink>
          <PlainLink
            to={settings.find(({ right }) => right !== null)?.to ?? '/settings/account'}
            className={mergeClasses(styles.tab, inSettings && styles.currentTab)}
            aria-current={inSettings ? 'true' : undefined}
          >
            {t('frame.settings')}
          </PlainLink>
        </nav>
        <div className={styles.tools}>
          <ThemeMenu />
          <OperatorMenu />
        </div>
      </header>
      <nav className={styles.sections} aria-label={t('frame.sectionNavigation')} data-print="hidden">
        {inSettings ? (
          settings.map(({ to, icon, name }) => (
            <PlainLink
              key={to}
              to={to}
              className={mergeClasses(styles.section, pathname === to && styles.current)}
              aria-current={pathname === to ? 'page' : undefined}
            >
              {icon}
              {t(`frame.${name}`)}
              {name === 'approvals' && <OpenApprovals />}
            </PlainLink>
          ))
        ) : (
          <PlainLink
            to="/"
            className={mergeClasses(
              styles.section,
              pathname !== '/recovery-kit' && !inAlerts && styles.current,
            )}
            aria-current={pathname === '/' ? 'page' : undefined}
          >
            <CloudDatabaseRegular aria-hidden />
            {t('frame.dataSource')}
          </PlainLink>
        )}
        {!inSettings && openAlerts !== undefined && (
          <PlainLink
            to="/alerts"
            className={mergeClasses(styles.section, inAlerts && styles.current)}
            aria-current={pathname === '/alerts' ? 'page' : undefined}
          >
            <AlertRegular aria-hidden />
            {t('frame.alerts')}
            {openAlerts > 0 && (
              <CounterBadge count={openAlerts} overflowCount={99} size="small" color="danger" />
            )}
          </PlainLink>
        )}
      </nav>
      {session.data &&
        may('vault.secrets') &&
        !session.data.recoveryKitConfirmed &&
        pathname !== '/recovery-kit' && (
          <aside className={styles.reminder} aria-label={t('frame.recoveryKit')}>
            <MessageBar intent="warning" layout="auto">
              <MessageBarBody>
                <MessageBarTitle>{t('frame.kitReminderTitle')}</MessageBarTitle> {t('frame.kitReminder')}
              </MessageBarBody>
              <MessageBarActions>
                <Button onClick={() => void navigate({ to: '/recovery-kit' })}>{t('frame.openKit')}</Button>
              </MessageBarActions>
            </MessageBar>
          </aside>
        )}
      {session.data && pathname !== '/settings/approvals' && <ReadyApprovals className={styles.reminder} />}
      <main id="content" className={styles.main} tabIndex={-1} style={{ outline: 'none' }}>
        <Outlet />
      </main>
    </div>
  )
}
