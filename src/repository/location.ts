/**
 * Locations of repositories as restic's users write them, and the environment variables that hold what is secret about them.
 * Source: restic doc/030_preparing_a_new_repo.rst and doc/040_backup.rst, "Environment Variables".
 */

import type { Backend, Retention } from './backend.ts'
import { localBackend } from './backends/local-backend.ts'
import { fail } from './errors.ts'

/** Where secrets and settings of a location come from. */
export interface LocationOptions {
  /** Where user names and passwords of storage places are; default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** PEM of an authority to trust instead of the usual ones. Not for Azure, where Node's own list (NODE_EXTRA_CA_CERTS) counts. */
  readonly certificateAuthority?: string
  /** Locks what is saved; only S3 buckets with Object Lock can. */
  readonly retention?: Retention
}

/**
 * The backend of a location: a path, `local:path`, `rest:https://host/path/`, `s3:host/bucket/prefix`, `s3:https://host:port/bucket/prefix` or
 * `azure:container:/prefix`. Clients of places over a network are loaded when they are needed. Nothing is asked of the place yet.
 * Errors: `STO_LOCATION_INVALID`, with nothing secret in it; `STO_RETENTION_UNSUPPORTED`.
 */
export async function backendOf(location: string, options: LocationOptions = {}): Promise<Backend> {
  const [, scheme = '', rest = ''] = /^([a-z0-9]+):(.*)$/s.exec(location) ?? []
  if (location === '' || (scheme !== '' && rest === ''))
    throw fail('STO_LOCATION_INVALID', { location, reason: 'it is empty' })
  if (options.retention && scheme !== 's3')
    throw fail('STO_RETENTION_UNSUPPORTED', { place: placeNames[scheme] ?? 'folder' })
  switch (scheme) {
    case 'local':
      return localBackend(rest)
    case 'rest':
      return restLocation(rest, options)
    case 's3':
      return s3Location(rest, options)
    case 'azure':
      return azureLocation(rest, options)
    case 'sftp':
    case 'b2':
    case 'gs':
    case 'swift':
    case 'rclone':
      throw fail('STO_LOCATION_INVALID', {
        location: `${scheme}:`,
        reason: 'places of this kind are not supported',
      })
    default:
      return localBackend(location)
  }
}

async function restLocation(text: string, options: LocationOptions): Promise<Backend> {
  if (!URL.canParse(text))
    throw fail('STO_LOCATION_INVALID', { location: 'rest:', reason: 'what follows is no URL' })
  const url = new URL(text)
  const { environment = {}, certificateAuthority } = options
  const user = url.username === '' ? environment['RESTIC_REST_USERNAME'] : decoded(url.username)
  const password = url.password === '' ? environment['RESTIC_REST_PASSWORD'] : decoded(url.password)
  url.username = ''
  url.password = ''
  const { restBackend } = await import('./backends/rest-backend.ts')
  return restBackend(url.href, {
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
  })
}

function decoded(component: string): string {
  try {
    return decodeURIComponent(component)
  } catch {
    const reason = 'a percent sign in its user or password begins no escape: write it as %25'
    throw fail('STO_LOCATION_INVALID', { location: 'rest:', reason })
  }
}

/** Source: restic internal/backend/s3/config.go (`s3:host/bucket/prefix`, `s3://host/…`, `s3:https://host/…`). */
async function s3Location(text: string, options: LocationOptions): Promise<Backend> {
  const [, scheme = '', host = '', bucket = '', prefix = ''] =
    /^(https?:\/\/|\/\/)?([^/]+)\/([^/]+)\/?(.*)$/s.exec(text) ?? []
  if (bucket === '' || host.includes('@'))
    throw fail('STO_LOCATION_INVALID', { location: 's3:', reason: 'it is no host, bucket and prefix' })
  const { environment = {}, certificateAuthority, retention } = options
  const accessKeyId = environment['AWS_ACCESS_KEY_ID']
  const secretAccessKey = environment['AWS_SECRET_ACCESS_KEY']
  const sessionToken = environment['AWS_SESSION_TOKEN']
  const region = environment['AWS_DEFAULT_REGION'] ?? environment['AWS_REGION']
  const { s3Backend } = await import('./backends/s3-backend.ts')
  return s3Backend({
    endpoint: scheme.startsWith('http') ? `${scheme}${host}` : host,
    bucket,
    prefix,
    ...(region ? { region } : {}),
    // Else as Amazon's own tools find them.
    ...(accessKeyId && secretAccessKey
      ? { credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } }
      : {}),
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    ...(retention ? { retention } : {}),
  })
}

/** Source: restic internal/backend/azure/config.go; the last variable is Azure CLI's for the address of the blob service. */
async function azureLocation(text: string, options: LocationOptions): Promise<Backend> {
  const [, container = '', prefix = ''] = /^([^:]+):\/?(.*)$/s.exec(text) ?? []
  if (container === '')
    throw fail('STO_LOCATION_INVALID', { location: 'azure:', reason: 'it is no container:/prefix' })
  const { environment = {} } = options
  const account = environment['AZURE_ACCOUNT_NAME']
  if (!account)
    throw fail('STO_LOCATION_INVALID', {
      location: 'azure:',
      reason: 'AZURE_ACCOUNT_NAME does not name the storage account',
    })
  const key = environment['AZURE_ACCOUNT_KEY'] || undefined
  const sas = environment['AZURE_ACCOUNT_SAS'] || undefined
  const suffix = environment['AZURE_ENDPOINT_SUFFIX']
  const endpoint =
    environment['AZURE_STORAGE_SERVICE_ENDPOINT'] ||
    (suffix ? `https://${account}.blob.${suffix}` : undefined)
  const { azureBackend } = await import('./backends/azure-backend.ts')
  return azureBackend({
    account,
    container,
    prefix,
    // As restic: the key goes before the signature.
    ...(key === undefined ? { sas: sas ?? '' } : { key }),
    ...(endpoint === undefined ? {} : { endpoint }),
  })
}

const placeNames: Readonly<Record<string, string>> = { rest: 'REST server', azure: 'Azure container' }

/** The location of `name` beneath another location, where a vault keeps one repository beside the other. */
export function locationBeneath(location: string, name: string): string {
  const isUrl = location.startsWith('rest:')
  return `${location.replace(/\/+$/, '')}/${isUrl ? `${encodeURIComponent(name)}/` : name}`
}

/** The environment variables with which stock restic reaches a location, secrets of the place among them. */
export function locationVariables(location: string): string[] {
  const [scheme = ''] = /^[a-z][a-z0-9]+(?=:)/.exec(location) ?? []
  const variables: Readonly<Record<string, readonly string[]>> = {
    rest: ['RESTIC_REST_USERNAME', 'RESTIC_REST_PASSWORD'],
    s3: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
    azure: ['AZURE_ACCOUNT_NAME', 'AZURE_ACCOUNT_KEY'],
  }
  return [...(variables[scheme] ?? [])]
}

/** A location as it may be shown: without a password. */
export function publicLocation(location: string): string {
  const address = /^rest:(.*)$/s.exec(location)?.[1] ?? ''
  // As the client reads it: capitals, white space and missing slashes are no hiding place.
  if (!URL.canParse(address)) return /:.*@/s.test(address) ? 'rest:***' : location
  const url = new URL(address)
  if (url.password === '') return location
  url.password = '***'
  return `rest:${url.href}`
}

/** Whether a location holds a password. */
export function hasPassword(location: string): boolean {
  return publicLocation(location) !== location
}
