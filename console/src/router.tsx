/** Every address of the console. Pages are loaded when they are first opened; all but sign-in and set-up need a session. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { queryClient } from './api/query-client.ts'
import { loadSession, setupNeeded } from './features/session/session.ts'
import { ownPath } from './format/own-path.ts'
import { Frame } from './frame/frame.tsx'
import { NotFoundPage } from './frame/not-found-page.tsx'
import { PageFailed } from './frame/page-failed.tsx'

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined
const positive = (value: unknown): number | undefined => {
  const number = Number(value)
  return Number.isInteger(number) && number > 0 ? number : undefined
}

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage })

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: lazyRouteComponent(() => import('./features/setup/setup-page.tsx'), 'SetupPage'),
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search): { returnTo?: string } => {
    const returnTo = ownPath(text(search['returnTo']), globalThis.location.origin)
    return returnTo === undefined ? {} : { returnTo }
  },
  component: lazyRouteComponent(() => import('./features/session/sign-in-page.tsx'), 'SignInPage'),
})

const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./features/operator/welcome-page.tsx'), 'WelcomePage'),
})

/** For who has to set up a second factor before anything else answers. */
const secondFactorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/second-factor',
  beforeLoad: async () => {
    const session = await loadSession(queryClient)
    if (!session?.secondFactorMissing) throw redirect({ to: '/' })
  },
  component: lazyRouteComponent(
    () => import('./features/security/second-factor-page.tsx'),
    'SecondFactorPage',
  ),
})

/** For a customer's administrator, who has no account here. */
const customerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/customer',
  component: lazyRouteComponent(() => import('./features/customer/customer-page.tsx'), 'CustomerPage'),
})

const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'frame',
  component: Frame,
  beforeLoad: async ({ location }) => {
    const session = await loadSession(queryClient)
    if (session?.secondFactorMissing) throw redirect({ to: '/second-factor' })
    if (session) return
    if (await setupNeeded(queryClient)) throw redirect({ to: '/setup' })
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { returnTo: location.href } })
  },
})
const inFrame = () => frameRoute

const dataSourceRoute = createRoute({
  getParentRoute: inFrame,
  path: '/',
  component: lazyRouteComponent(
    () => import('./features/data-source/data-source-page.tsx'),
    'DataSourcePage',
  ),
})
const kitRoute = createRoute({
  getParentRoute: inFrame,
  path: '/recovery-kit',
  component: lazyRouteComponent(
    () => import('./features/recovery-kit/recovery-kit-page.tsx'),
    'RecoveryKitPage',
  ),
})
const signInSettingsRoute = createRoute({
  getParentRoute: inFrame,
  path: '/settings/sign-in',
  component: lazyRouteComponent(
    () => import('./features/settings/sign-in-settings-page.tsx'),
    'SignInSettingsPage',
  ),
})
const approvalsRoute = createRoute({
  getParentRoute: inFrame,
  path: '/settings/approvals',
  component: lazyRouteComponent(() => import('./features/approval/approvals-page.tsx'), 'ApprovalsPage'),
})
const protectionRoute = createRoute({
  getParentRoute: inFrame,
  path: '/settings/protection',
  component: lazyRouteComponent(() => import('./features/protection/protection-page.tsx'), 'ProtectionPage'),
})
const singleSignOnRoute = createRoute({
  getParentRoute: inFrame,
  path: '/settings/single-sign-on',
  component: lazyRouteComponent(
    () => import('./features/single-sign-on/single-sign-on-page.tsx'),
    'SingleSignOnPage',
  ),
})
const operatorsRoute = createRoute({
  getParentRoute: inFrame,
  path: '/settings/operators',
  component: lazyRouteComponent(() => import('./features/operator/operators-page.tsx'), 'OperatorsPage'),
})
const alertsRoute = createRoute({
  getParentRoute: inFrame,
  path: '/alerts',
  component: lazyRouteComponent(() => import('./features/alert/alerts-page.tsx'), 'AlertsPage'),
})
const alertRoute = createRoute({
  getParentRoute: inFrame,
  path: '/alerts/$alertId',
  component: lazyRouteComponent(() => import('./features/alert/alert-page.tsx'), 'AlertPage'),
})
const alertSettingsRoute = createRoute({
  getParentRoute: inFrame,
  path: '/settings/alerts',
  component: lazyRouteComponent(
    () => import('./features/alert/alert-settings-page.tsx'),
    'AlertSettingsPage',
  ),
})
const auditRoute = createRoute({
  getParentRoute: inFrame,
  path: '/settings/audit',
  component: lazyRouteComponent(() => import('./features/audit/audit-page.tsx'), 'AuditPage'),
})
const accountRoute = createRoute({
  getParentRoute: inFrame,
  path: '/settings/account',
  component: lazyRouteComponent(() => import('./features/operator/account-page.tsx'), 'AccountPage'),
})
const organizationsRoute = createRoute({
  getParentRoute: inFrame,
  path: '/organizations',
  validateSearch: (search): { added?: string } => ({ added: text(search['added']) }),
  component: lazyRouteComponent(
    () => import('./features/organization/organizations-page.tsx'),
    'OrganizationsPage',
  ),
})
const addRoute = createRoute({
  getParentRoute: inFrame,
  path: '/organizations/add',
  component: lazyRouteComponent(
    () => import('./features/onboarding/method-selection-page.tsx'),
    'MethodSelectionPage',
  ),
})
const onboardingRoute = createRoute({
  getParentRoute: inFrame,
  path: '/onboarding/$onboardingId',
  validateSearch: (search): { step?: 'completion' } =>
    search['step'] === 'completion' ? { step: 'completion' } : {},
  component: lazyRouteComponent(() => import('./features/onboarding/onboarding-page.tsx'), 'OnboardingPage'),
})
const organizationRoute = createRoute({
  getParentRoute: inFrame,
  path: '/organizations/$organizationId',
  component: lazyRouteComponent(
    () => import('./features/organization/organization-page.tsx'),
    'OrganizationPage',
  ),
})
const inOrganization = () => organizationRoute

const overviewRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/',
  component: lazyRouteComponent(
    () => import('./features/organization/overview-section.tsx'),
    'OverviewSection',
  ),
})
const runsRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/runs',
  component: lazyRouteComponent(() => import('./features/run/runs-section.tsx'), 'RunsSection'),
})
const runRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/runs/$runId',
  component: lazyRouteComponent(() => import('./features/run/run-section.tsx'), 'RunSection'),
})
const organizationProtectionRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/protection',
  component: lazyRouteComponent(
    () => import('./features/protection-settings/protection-section.tsx'),
    'ProtectionSection',
  ),
})
const dashboardRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/dashboard',
  component: lazyRouteComponent(
    () => import('./features/dashboard/dashboard-section.tsx'),
    'DashboardSection',
  ),
})
const coverageRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/coverage',
  component: lazyRouteComponent(() => import('./features/coverage/coverage-section.tsx'), 'CoverageSection'),
})
const taskRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/tasks/$taskId',
  component: lazyRouteComponent(
    () => import('./features/administrator-task/task-section.tsx'),
    'TaskSection',
  ),
})
const credentialRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/credential',
  component: lazyRouteComponent(() => import('./features/credential/replace-section.tsx'), 'ReplaceSection'),
})
/** What is open in a browser of mailboxes, so that 'back' works and links can be shared. */
export interface MailSearch {
  mailbox?: string
  folder?: string
  q?: string
  at?: number
  item?: string
}
const mailSearch = (search: Record<string, unknown>): MailSearch => ({
  mailbox: text(search['mailbox']),
  folder: text(search['folder']),
  q: text(search['q']),
  at: positive(search['at']),
  item: text(search['item']),
})
const mailRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/mail',
  validateSearch: mailSearch,
  component: lazyRouteComponent(() => import('./features/mail/mail-section.tsx'), 'MailSection'),
})
const outlookSections = () => import('./features/outlook/outlook-sections.tsx')
const calendarsRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/calendars',
  validateSearch: mailSearch,
  component: lazyRouteComponent(outlookSections, 'CalendarsSection'),
})
const contactsRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/contacts',
  validateSearch: mailSearch,
  component: lazyRouteComponent(outlookSections, 'ContactsSection'),
})
const todoRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/todo',
  validateSearch: mailSearch,
  component: lazyRouteComponent(outlookSections, 'TodoSection'),
})
const mailboxSettingsRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/mailbox-settings',
  validateSearch: (search): Pick<MailSearch, 'mailbox' | 'at'> => ({
    mailbox: text(search['mailbox']),
    at: positive(search['at']),
  }),
  component: lazyRouteComponent(
    () => import('./features/mailbox-settings/mailbox-settings-section.tsx'),
    'MailboxSettingsSection',
  ),
})
export interface FilesSearch {
  drive?: string
  folder?: string
  q?: string
  at?: number
  file?: string
}
const filesRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/files',
  validateSearch: (search): FilesSearch => ({
    drive: text(search['drive']),
    folder: text(search['folder']),
    q: text(search['q']),
    at: positive(search['at']),
    file: text(search['file']),
  }),
  component: lazyRouteComponent(() => import('./features/file/files-section.tsx'), 'FilesSection'),
})
const restoresRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/restores',
  component: lazyRouteComponent(() => import('./features/restore/restores-section.tsx'), 'RestoresSection'),
})
const restoreRoute = createRoute({
  getParentRoute: inOrganization,
  path: '/restores/$restoreId',
  component: lazyRouteComponent(() => import('./features/restore/restore-section.tsx'), 'RestoreSection'),
})

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    setupRoute,
    signInRoute,
    welcomeRoute,
    secondFactorRoute,
    customerRoute,
    frameRoute.addChildren([
      dataSourceRoute,
      kitRoute,
      signInSettingsRoute,
      protectionRoute,
      singleSignOnRoute,
      approvalsRoute,
      operatorsRoute,
      alertsRoute,
      alertRoute,
      alertSettingsRoute,
      auditRoute,
      accountRoute,
      organizationsRoute,
      addRoute,
      onboardingRoute,
      organizationRoute.addChildren([
        overviewRoute,
        organizationProtectionRoute,
        dashboardRoute,
        coverageRoute,
        runsRoute,
        runRoute,
        taskRoute,
        credentialRoute,
        mailRoute,
        calendarsRoute,
        contactsRoute,
        todoRoute,
        mailboxSettingsRoute,
        filesRoute,
        restoresRoute,
        restoreRoute,
      ]),
    ]),
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: PageFailed,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
