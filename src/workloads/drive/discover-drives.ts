/** Where files are: the OneDrive of a user, and the document libraries of sites. */
import { type GraphClient, graphPath } from '../../microsoft/index.ts'
import { plainText } from '../mail/plain-text.ts'
import { driveAbsence, driveClosed } from './failures.ts'

export interface FoundDrive {
  /** Microsoft's id of the drive. */
  readonly driveId: string
  /** What people call it: `OneDrive`, `Documents`. */
  readonly name: string
}

interface GraphDrive {
  readonly id: string
  readonly name?: string
  readonly webUrl?: string
  readonly driveType?: string
}

interface GraphSite {
  readonly id: string
  readonly name?: string
  readonly displayName?: string
  readonly webUrl?: string
  readonly isPersonalSite?: boolean
}

/** @throws MicrosoftError, for which `driveAbsence` or `driveClosed` may say what it means */
export async function userDrive(graph: GraphClient, user: string, signal: AbortSignal): Promise<FoundDrive> {
  const { body } = await graph.request<GraphDrive>({
    path: graphPath`/users/${user}/drive`,
    service: 'files',
    signal,
  })
  return { driveId: body.id, name: plainText(body.name ?? 'OneDrive') }
}

/** A drive by its id. @throws as `userDrive` */
export async function readDrive(
  graph: GraphClient,
  driveId: string,
  signal: AbortSignal,
): Promise<FoundDrive> {
  const { body } = await graph.request<GraphDrive>({
    path: graphPath`/drives/${driveId}`,
    service: 'files',
    signal,
  })
  return { driveId: body.id, name: plainText(body.name ?? 'Documents') }
}

/**
 * Bytes that still fit into the OneDrive of a user or into a library; null where Microsoft does not say ("quota", Microsoft Graph, 2026).
 * @throws as `userDrive`
 */
export async function driveRoom(
  graph: GraphClient,
  place: { readonly userId: string } | { readonly driveId: string },
): Promise<number | null> {
  const { body } = await graph.request<{ readonly quota?: { readonly remaining?: number } }>({
    path: 'userId' in place ? graphPath`/users/${place.userId}/drive` : graphPath`/drives/${place.driveId}`,
    service: 'files',
    priority: 'high',
  })
  return body.quota?.remaining ?? null
}

export interface Library extends FoundDrive {
  /** Address without the protocol. */
  readonly address: string
  /** With that of its site. */
  readonly displayName: string
}

/** A site with its libraries, or why they cannot be listed. */
export interface SiteLibraries {
  readonly siteId: string
  readonly address: string
  readonly displayName: string
  readonly libraries: readonly Library[] | { readonly notice: string }
}

/** Resource units of a list ("Avoid getting throttled or blocked in SharePoint Online", 2026). */
const listUnits = 2

/**
 * All sites of the organization with their document libraries, site by site (Microsoft Graph, "site: getAllSites" and "List available
 * drives", 2026). The sites of OneDrives are left out: they are found by their users.
 * @throws MicrosoftError when the sites cannot be listed
 */
export async function* enumerateLibraries(
  graph: GraphClient,
  signal: AbortSignal,
): AsyncGenerator<SiteLibraries> {
  const pages = graph.pages<GraphSite>({
    path: '/sites/getAllSites',
    query: { $select: 'id,name,displayName,webUrl,isPersonalSite' },
    service: 'files',
    weight: listUnits,
    signal,
  })
  for await (const page of pages) {
    for (const site of page.value) {
      if (site.isPersonalSite !== true) yield await librariesOf(graph, site, signal)
    }
  }
}

async function librariesOf(graph: GraphClient, site: GraphSite, signal: AbortSignal): Promise<SiteLibraries> {
  const displayName = plainText(site.displayName ?? site.name ?? site.webUrl ?? site.id)
  const siteAddress = address(site.webUrl ?? site.id)
  const known = { siteId: site.id, address: siteAddress, displayName }
  try {
    const libraries: Library[] = []
    const pages = graph.pages<GraphDrive>({
      path: graphPath`/sites/${site.id}/drives`,
      query: { $select: 'id,name,webUrl,driveType' },
      service: 'files',
      weight: listUnits,
      signal,
    })
    for await (const page of pages) {
      for (const drive of page.value) {
        const name = plainText(drive.name ?? drive.id)
        libraries.push({
          driveId: drive.id,
          name,
          address: `${siteAddress}/${name}`,
          displayName: `${displayName} – ${name}`,
        })
      }
    }
    return { ...known, libraries }
  } catch (error) {
    const notice = driveClosed(error) ?? driveAbsence(error)
    if (notice === undefined) throw error
    return { ...known, libraries: { notice } }
  }
}

function address(url: string): string {
  return plainText(URL.canParse(url) ? decodeURI(url.replace(/^https?:\/\//, '')) : url)
}
