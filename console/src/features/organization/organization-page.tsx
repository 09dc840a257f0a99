import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { PageTitle, ProblemBar, RouterLink, Rows, usePageStyles } from '../../elements/index.ts'
import { useMay } from '../operator/operator.ts'
import { RemovalBar } from '../removal/removal-bar.tsx'
import { organizationQuery } from './organization.ts'
import { useOrganizationActions } from './organization-actions.tsx'

const route = getRouteApi('/frame/organizations/$organizationId')

const useStyles = makeStyles({
  wide: { maxWidth: 'none', gap: '12px' },
  tabs: {
    display: 'flex',
    gap: '4px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    overflowX: 'auto',
  },
  tab: {
    padding: '8px 12px 10px',
    whiteSpace: 'nowrap',
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    borderRadius: `${tokens.borderRadiusMedium} ${tokens.borderRadiusMedium} 0 0`,
    ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  current: {
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    boxShadow: `inset 0 -3px 0 ${tokens.colorCompoundBrandStroke}`,
  },
})

const sections = [
  { to: '/organizations/$organizationId', name: 'overview', right: 'organizations.read' },
  {
    to: '/organizations/$organizationId/dashboard',
    name: 'dashboard',
    right: 'organizations.read',
  },
  {
    to: '/organizations/$organizationId/coverage',
    name: 'coverage',
    right: 'organizations.read',
  },
  {
    to: '/organizations/$organizationId/protection',
    name: 'protection',
    right: 'organizations.read',
  },
  { to: '/organizations/$organizationId/runs', name: 'runs', right: 'runs.read' },
  { to: '/organizations/$organizationId/mail', name: 'mail', right: 'content.read' },
  { to: '/organizations/$organizationId/calendars', name: 'calendars', right: 'content.read' },
  { to: '/organizations/$organizationId/contacts', name: 'contacts', right: 'content.read' },
  { to: '/organizations/$organizationId/todo', name: 'todo', right: 'content.read' },
  { to: '/organizations/$organizationId/files', name: 'files', right: 'content.read' },
  {
    to: '/organizations/$organizationId/mailbox-settings',
    name: 'mailbox-settings',
    right: 'content.read',
  },
  { to: '/organizations/$organizationId/restores', name: 'restores', right: 'restores.read' },
] as const

/** Browsers with panes beside each other take all of the screen. */
const wide: ReadonlySet<string> = new Set(['mail', 'calendars', 'contacts', 'todo'])

function Header({ organization }: { organization: OrganizationView }) {
  const { buttons, error } = useOrganizationActions(organization)
  return (
    <>
      <PageTitle title={organization.name}>{organization.state === 'active' && buttons}</PageTitle>
      <ProblemBar error={error} />
      <RemovalBar organization={organization} />
    </>
  )
}

/** One organization: its name and actions, and the sections below. */
export function OrganizationPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  const { organizationId } = route.useParams()
  const { pathname } = useLocation()
  const may = useMay()
  const { data, error, refetch } = useQuery(organizationQuery(organizationId))
  const tabs = useRef<HTMLElement>(null)
  const base = `/organizations/${organizationId}`
  const current =
    sections.find(({ name }) => name !== 'overview' && `${pathname}/`.startsWith(`${base}/${name}/`))?.name ??
    'overview'
  // On a narrow screen the tabs are scrolled to the one that is open.
  useEffect(() => {
    const tab = tabs.current?.querySelector<HTMLElement>(`[data-tab="${current}"]`)
    if (tabs.current && tab) tabs.current.scrollLeft = tab.offsetLeft - tabs.current.offsetLeft - 24
  }, [current])

  return (
    <div className={mergeClasses(page.page, wide.has(current) && styles.wide)}>
      <div>
        <RouterLink to="/organizations">{t('organization.title')}</RouterLink>
      </div>
      {data ? <Header organization={data} /> : !error && <Rows count={1} height={32} />}
      <ProblemBar error={error} onRetry={() => void refetch()} />
      <nav ref={tabs} className={styles.tabs} aria-label={t('organization.sections')}>
        {sections
          .filter(({ right }) => may(right))
          .map(({ to, name }) => (
            <Link
              key={name}
              data-tab={name}
              to={to}
              params={{ organizationId }}
              className={mergeClasses(styles.tab, name === current && styles.current)}
              aria-current={name === current ? 'page' : undefined}
            >
              {t(`organization.${name}`)}
            </Link>
          ))}
      </nav>
      {data && <Outlet />}
    </div>
  )
}
