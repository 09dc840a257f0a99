/** The product with one organization that is backed up, as an attacker finds it, and all that its own description says can be called. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { TSchema } from 'typebox'
import type {
  ExportView,
  FolderView,
  MailboxView,
  MailItemView,
  Page,
  SessionView,
} from '../../src/contract/index.ts'
import type { Database } from '../../src/database/index.ts'
import { createTestDatabase } from '../database.ts'
import { type Cleanup, post, startProcess, temporaryFolder, tokenOf } from '../platform/server-process.ts'
import { addOrganization, backUp, operator, type Product, startOnboarding, startProduct } from '../product.ts'
import { type Answer, ask, freshAddress } from './http.ts'

export interface Operation {
  readonly id: string
  readonly method: string
  /** With `{id}`. */
  readonly path: string
  readonly query: readonly { readonly name: string; readonly schema: TSchema; readonly required?: boolean }[]
  readonly body: TSchema | null
  /** Asks for an operator's session. */
  readonly guarded: boolean
}

export interface Browser {
  readonly cookie: string
  readonly csrfToken: string
  readonly view: SessionView
}

export interface Target {
  readonly product: Product
  readonly address: string
  readonly organizationId: string
  readonly operations: readonly Operation[]
  /** The path with what is there: ids of the organization, of its newest run and so on; of anything else an id that nobody has. */
  pathOf(operation: Operation): string
  /** Signs in as the owner, in a browser of its own. */
  signIn(): Promise<Browser>
  stop(): Promise<void>
}

/** Stop it in an `after`. */
export async function startTarget(): Promise<Target> {
  const product = await startProduct({ users: 2, mails: 12 })
  try {
    const organization = await addOrganization(product)
    const run = await backUp(product, organization.id)
    const { session, address } = product
    const [mailbox] = (await session.get<Page<MailboxView>>(`/organizations/${organization.id}/mailboxes`))
      .items
    if (!mailbox) throw new Error('no mailbox')
    const [folder] = (await session.get<Page<FolderView>>(`/mailboxes/${mailbox.id}/folders`)).items
    const [item] = (await session.get<Page<MailItemView>>(`/mailboxes/${mailbox.id}/items`)).items
    const exported = await session.post<ExportView>(`/organizations/${organization.id}/exports`, {
      selection: { mailbox: mailbox.id },
    })
    const onboarding = await startOnboarding(product)
    const known: Readonly<Record<string, string>> = {
      organizations: organization.id,
      runs: run.id,
      mailboxes: mailbox.id,
      items: item?.id ?? '',
      folders: folder?.id ?? '',
      exports: exported.id,
      onboardings: onboarding.id,
    }
    const operations = operationsOf(await session.get<OpenApi>('/openapi.json'))
    return {
      product,
      address,
      organizationId: organization.id,
      operations,
      pathOf: ({ path }) =>
        path.replaceAll(/\/([\w-]+)\/\{(\w+)\}/g, (_all, noun: string, name: string) => {
          if (name === 'index') return `/${noun}/0`
          if (name === 'cloud') return `/${noun}/global`
          if (name === 'code') return `/${noun}/AADSTS50034`
          return `/${noun}/${known[noun] ?? randomUUID()}`
        }),
      signIn: async () => browserOf(await signInWith(address, operator)),
      stop: () => product.stop(),
    }
  } catch (error) {
    await product.stop()
    throw error
  }
}

export function signInWith(address: string, credentials: object): Promise<Answer> {
  const request = {
    method: 'POST',
    path: '/api/v1/session',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  }
  return ask(address, request, freshAddress())
}

export function browserOf(answer: Answer): Browser {
  const cookies = answer.headers['set-cookie'] as string[] | undefined
  if (answer.status >= 300 || !cookies) throw new Error(`not signed in: ${answer.text}`)
  const view = JSON.parse(answer.text) as SessionView
  return { cookie: cookies.map((one) => one.split(';')[0]).join('; '), csrfToken: view.csrfToken, view }
}

/** A server alone, without a tenant, as a process of its own: for what concerns the frame of requests. Its owner is `operator`. */
export interface BareTarget {
  readonly db: Database
  readonly address: string
  readonly operations: readonly Operation[]
  /** Signs in as the owner, in a browser of its own. */
  signIn(): Promise<Browser>
}

export async function startBareTarget(t: Cleanup): Promise<BareTarget> {
  const database = await createTestDatabase()
  const folder = temporaryFolder(t)
  const { address, setupLink } = await startProcess(t, join(folder, 'data'), [], {
    DATABASE_URL: database.url,
  })
  t.after(database.drop)
  await post(address, '/setup/operator', { ...operator, token: tokenOf(setupLink) })
  const signIn = async () => browserOf(await signInWith(address, operator))
  const { cookie } = await signIn()
  const description = await ask(address, { path: '/api/v1/openapi.json', headers: { cookie } })
  const operations = operationsOf(JSON.parse(description.text) as OpenApi)
  return { db: database.db, address, operations, signIn }
}

/** The path with ids that nobody has. */
export function emptyPathOf({ path }: Operation): string {
  return path
    .replace('{index}', '0')
    .replace('{cloud}', 'global')
    .replaceAll(/\{\w+\}/g, '5b1f31a8-4f5b-4c6b-9b0a-0a6d5d8d7c11')
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
}

interface Described {
  readonly operationId: string
  readonly security?: readonly unknown[]
  readonly parameters?: readonly { in: string; name: string; schema: TSchema; required?: boolean }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: TSchema }>> }
}

function operationsOf({ paths }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      id: described.operationId,
      method: method.toUpperCase(),
      path,
      query: (described.parameters ?? []).filter((one) => one.in === 'query'),
      body: described.requestBody?.content['application/json']?.schema ?? null,
      guarded: described.security === undefined,
    })),
  )
}

export const isChange = ({ method }: Operation): boolean => method !== 'GET' && method !== 'HEAD'
