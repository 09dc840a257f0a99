import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { GraphError } from '../graph/errors.ts'
import { seededGuid, type Tenant, type User } from '../tenant/index.ts'
import { createDrive, type Drive, driveId } from './drive.ts'
import { itemNotFound } from './failures.ts'
import { type CorpusFile, populateDrive } from './populate.ts'

/**
 * All drives of the tenant: a OneDrive for most people, and the libraries of the sites. One is filled when it is first asked for,
 * and what it is filled with does not depend on when that happens.
 */
export type Archive = {
  readonly sites: readonly Site[]
  readonly addSite: (displayName: string) => Site
  readonly site: (id: string) => Site
  readonly ofSite: (site: Site) => readonly Drive[]
  /** The OneDrive of a user named by id or principal name. */
  readonly ofUser: (name: string) => Drive
  readonly drive: (id: string) => Drive
  readonly all: () => readonly Drive[]
}

export type Site = {
  /** `host,site collection,web`. */
  readonly id: string
  readonly name: string
  readonly displayName: string
  readonly webUrl: string
  readonly libraries: readonly string[]
  lock: Drive['lock']
}

const siteNames = ['Harbour works', 'Finance', 'Field research', 'Press', 'Old projects', 'Board', 'People']

/** What the corpus has of a kind, byte for byte. */
export function corpusFiles(
  directory: string | undefined,
  kind: 'files' | 'calendar' | 'contacts',
): readonly CorpusFile[] {
  const folder = directory === undefined ? undefined : join(directory, kind)
  if (folder === undefined || !existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .map((name) => ({
      name,
      size: statSync(join(folder, name)).size,
      read: () => readFileSync(join(folder, name)),
    }))
}

function createSite(tenant: Tenant, displayName: string, index: number): Site {
  const { seed } = tenant.options
  const origin = tenant.cloud.sharePointName
  const name = displayName.toLowerCase().replaceAll(' ', '-')
  return {
    id: `${new URL(origin).host},${seededGuid(seed, `site:${index}`)},${seededGuid(seed, `web:${index}`)}`,
    name,
    displayName,
    webUrl: `${origin}/sites/${name}`,
    libraries: index === 0 ? ['Documents', 'Drawings'] : ['Documents'],
    lock: undefined,
  }
}

function createSites(tenant: Tenant): Site[] {
  return Array.from({ length: tenant.options.sites }, (_, index) =>
    createSite(
      tenant,
      `${siteNames[index % siteNames.length]}${index < siteNames.length ? '' : ` ${index}`}`,
      index,
    ),
  )
}

export const createArchive = (tenant: Tenant): Archive => {
  const sites = createSites(tenant)
  const drives = new Map<string, Drive>()
  // Decided once: people added later must not move a file of the corpus to another drive.
  const first = tenant.users.filter((user) => hasDrive(user))
  const places = [...first.map(({ id }) => id), ...sites.map(({ id }) => `${id}/Documents`)]
  const corpus = corpusFiles(tenant.options.corpus, 'files')
  const sharesOf = (label: string): readonly CorpusFile[] => {
    const place = places.indexOf(label)
    return place < 0 ? [] : corpus.filter((_file, number) => number % places.length === place)
  }

  const open = (label: string, traits: Pick<Drive, 'kind' | 'name' | 'owner'>): Drive => {
    const present = drives.get(driveId(label))
    if (present) return present
    const drive = createDrive(label, { ...traits, createdAt: Date.UTC(2021, 2, 1) })
    const place = places.indexOf(label)
    populateDrive(drive, {
      label: `${tenant.options.seed}/${label}`,
      files: tenant.options.files,
      corpus: sharesOf(label),
      trouble: place === 0,
    })
    drives.set(drive.id, drive)
    return drive
  }
  const ofPerson = (user: User): Drive =>
    open(user.id, { kind: 'business', name: 'OneDrive', owner: { userId: user.id } })
  const ofSite = (site: Site): readonly Drive[] =>
    site.libraries.map((name) => {
      const drive = open(`${site.id}/${name}`, { kind: 'documentLibrary', name, owner: { siteId: site.id } })
      drive.lock = site.lock
      return drive
    })
  const people = (): readonly User[] => tenant.users.filter(hasDrive)

  return {
    sites,
    addSite: (displayName) => {
      const site = createSite(tenant, displayName, sites.length)
      sites.push(site)
      return site
    },
    site: (id) => {
      const found = sites.find((site) => site.id === id)
      if (!found) throw itemNotFound()
      return found
    },
    ofSite,
    ofUser: (name) => {
      const lower = name.toLowerCase()
      const user = tenant.users.find(
        (one) => one.id === lower || one.userPrincipalName.toLowerCase() === lower,
      )
      if (!user) throw new GraphError(404, 'Request_ResourceNotFound', `Resource '${name}' does not exist.`)
      if (!hasDrive(user)) throw new GraphError(404, 'ResourceNotFound', "User's mysite not found.")
      return ofPerson(user)
    },
    drive: (id) => {
      const present = drives.get(id)
      if (present) return present
      const user = people().find((one) => driveId(one.id) === id)
      if (user) return ofPerson(user)
      for (const site of sites) {
        const found = ofSite(site).find((drive) => drive.id === id)
        if (found) return found
      }
      throw itemNotFound()
    },
    all: () => [...people().map(ofPerson), ...sites.flatMap(ofSite)],
  }
}

/** Rooms and shared mailboxes have no OneDrive, and one person in nine never opened theirs. */
function hasDrive(user: User): boolean {
  return user.hasMailbox && user.mailboxKind === 'user' && Number.parseInt(user.id.slice(0, 8), 16) % 9 !== 0
}
