/**
 * Customer links: an expiring address that a service provider sends to the customer's administrator, who authorizes without a console
 * account. Only through the operator's own sign-in application. The token travels in the address's fragment and is exchanged by a
 * POST that follows a click, so a mail scanner that opens addresses does not use it up; the session that it buys reaches
 * one onboarding and nothing else.
 */
import { createHmac } from 'node:crypto'
import type {
  CreateCustomerLink,
  CustomerLinkState,
  CustomerLinkView,
  CustomerView,
  NewCustomerLink,
  OnboardingView,
  Page,
  PageQuery,
  SignInAddress,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { type Cloud, findCloud } from '../../microsoft/index.ts'
import type { MicrosoftSide } from '../../organizations/index.ts'
import type { SignInClients } from '../clients/sign-in-clients.ts'
import type { Onboardings } from '../onboardings.ts'
import { customerSessionOf } from './customer-session.ts'
import { fail } from './errors.ts'
import { type CustomerLinkRow, createLinkStore } from './link-store.ts'

/** A customer's browser that has opened a link. */
export interface CustomerSession {
  readonly linkId: string
  /** What sign-ins of this browser are bound to. */
  readonly sessionId: string
  /** What `x-csrf-token` must say. */
  readonly csrfToken: string
}

export interface CustomerLinks {
  /** @throws CUS_NO_OWN_APPLICATION, CUS_WRONG_METHOD, ONB_NOT_FOUND, ONB_WRONG_STATE */
  create(onboardingId: string, input: CreateCustomerLink, operatorId: string): Promise<NewCustomerLink>
  /** Newest first; of one onboarding when it is named. */
  list(page: PageQuery, onboardingId?: string): Promise<Page<CustomerLinkView>>
  /** Ends link and session. @throws CUS_LINK_NOT_FOUND */
  revoke(id: string): Promise<CustomerLinkView>
  /** @returns the session's token, for the cookie. @throws CUS_LINK_UNKNOWN */
  open(token: string): Promise<{ session: string; view: CustomerView }>
  /** The session of a cookie, or null. */
  find(session: string): Promise<CustomerSession | null>
  /** @throws CUS_LINK_UNKNOWN when it was revoked meanwhile */
  view(customer: CustomerSession): Promise<CustomerView>
  signIn(customer: CustomerSession, selectAccount: boolean): Promise<SignInAddress>
  /** 'Grant Access', by the customer's administrator. */
  grant(customer: CustomerSession): Promise<CustomerView>
  /** The customer does not want it: the onboarding ends, and what was made is taken back. */
  decline(customer: CustomerSession): Promise<CustomerView>
}

const hourMs = 60 * 60 * 1000
const defaultHours = 72

/** States in which a customer's administrator can still be asked. */
const askable: readonly OnboardingView['state'][] = ['started', 'signing-in', 'need-admin-approval']

export function createCustomerLinks(parts: {
  readonly db: Database
  readonly microsoft: MicrosoftSide
  readonly clients: SignInClients
  readonly onboardings: Pick<Onboardings, 'get' | 'signIn' | 'grant' | 'cancel' | 'requireState'>
}): CustomerLinks {
  const { db, microsoft, clients, onboardings } = parts
  const { clock, clouds } = microsoft
  const store = createLinkStore(db, clock)

  const linkView = async (row: CustomerLinkRow): Promise<CustomerLinkView> => {
    const { state, tenant } = await onboardings.get(row.onboarding_id)
    return {
      id: row.id,
      onboardingId: row.onboarding_id,
      providerName: row.provider_name,
      state: stateOf(row, clock.now()),
      createdAt: row.created_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      openedAt: row.opened_at?.toISOString() ?? null,
      onboardingState: state,
      tenantName: tenant?.name ?? null,
    }
  }
  const rowOf = async ({ linkId }: CustomerSession): Promise<CustomerLinkRow> => {
    const row = await db
      .selectFrom('customer_links')
      .selectAll()
      .where('id', '=', linkId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    if (!row) throw fail('CUS_LINK_UNKNOWN')
    return row
  }
  const customerView = (row: CustomerLinkRow, view: OnboardingView, csrfToken: string): CustomerView => ({
    providerName: row.provider_name,
    cloudName: findCloud(clouds, view.cloud).name,
    workloads: view.workloads,
    restoreRights: view.restoreRights,
    permissions: view.permissions,
    notAvailable: view.notAvailable,
    state: view.state,
    account: view.account,
    tenant: view.tenant,
    // The way into the console is of no use to somebody without an account there.
    approval: view.approval && { ...view.approval, administratorLink: null },
    steps: view.steps,
    notice: view.notice,
    error: view.error,
    leftovers: view.leftovers,
    sessionExpiresAt: (row.session_expires_at ?? row.expires_at).toISOString(),
    csrfToken,
  })
  /** The address at which a customer reaches this server; never through Microsoft's public client, which knows localhost only. */
  const reachable = async (cloud: Cloud): Promise<URL> => {
    const own = await clients.own(cloud)
    const address = own && new URL(own.redirectUri)
    if (address?.protocol !== 'https:') throw fail('CUS_NO_OWN_APPLICATION', { cloud: cloud.name })
    return address
  }
  const act = async (
    customer: CustomerSession,
    verb: (onboardingId: string) => Promise<OnboardingView>,
  ): Promise<CustomerView> => {
    const row = await rowOf(customer)
    return customerView(row, await verb(row.onboarding_id), customer.csrfToken)
  }

  return {
    create: async (onboardingId, { providerName, hours = defaultHours }, operatorId) => {
      const view = await onboardings.get(onboardingId)
      if (view.method !== 'credential') throw fail('CUS_WRONG_METHOD')
      await onboardings.requireState(onboardingId, askable)
      const cloud = findCloud(clouds, view.cloud)
      const { origin } = await reachable(cloud)
      const expiresAt = new Date(clock.now() + hours * hourMs)
      const { token, row } = await store.create({
        onboardingId,
        providerName: providerName.trim(),
        operatorId,
        expiresAt,
      })
      return { address: `${origin}/customer#token=${token}`, link: await linkView(row) }
    },
    list: async (page, onboardingId) => {
      const { rows, nextCursor } = await store.list(page, onboardingId)
      return { items: await Promise.all(rows.map(linkView)), nextCursor }
    },
    revoke: async (id) => linkView(await store.revoke(id)),
    open: async (token) => {
      const { session, row } = await store.open(token)
      const view = await onboardings.get(row.onboarding_id)
      return { session, view: customerView(row, view, csrfOf(session)) }
    },
    find: async (session) => {
      if (session.length > 200) return null
      const row = await store.findSession(session)
      return row ? { linkId: row.id, sessionId: customerSessionOf(row.id), csrfToken: csrfOf(session) } : null
    },
    view: (customer) => act(customer, (id) => onboardings.get(id)),
    signIn: async (customer, selectAccount) => {
      const row = await rowOf(customer)
      const { cloud: cloudId } = await onboardings.get(row.onboarding_id)
      const cloud = findCloud(clouds, cloudId)
      const { origin } = await reachable(cloud)
      return onboardings.signIn(row.onboarding_id, customer.sessionId, { selectAccount }, origin)
    },
    grant: (customer) => act(customer, (id) => onboardings.grant(id, customer.sessionId)),
    decline: (customer) => act(customer, (id) => onboardings.cancel(id)),
  }
}

function stateOf(row: CustomerLinkRow, now: number): CustomerLinkState {
  if (row.revoked_at) return 'revoked'
  if (row.opened_at) return 'opened'
  return row.expires_at.getTime() <= now ? 'expired' : 'waiting'
}

/** Bound to the session and stored nowhere. */
function csrfOf(session: string): string {
  return createHmac('sha256', session).update('csrf').digest('base64url')
}
