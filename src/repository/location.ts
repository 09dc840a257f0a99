/**
 * Locations of repositories as restic's users write them, and the environment variables that hold what is secret about them.
 * Source: restic doc/030_preparing_a_new_repo.rst and doc/040_backup.rst, "Environment Variables".
 */

import type { Backend } from './backend.ts'
import { localBackend } from './backends/local-backend.ts'
import { fail } from './errors.ts'

export interface LocationOptions {
  /** Where user names and passwords of storage places are; default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** PEM of an authority to trust besides the usual ones. */
  readonly certificateAuthority?: string
}

/**
 * The backend of a location: a path, `local:path`, or `rest:https://host/path/`. Clients of places over a network are loaded when they
 * are needed. Nothing is asked of the place yet. Errors: `STO_LOCATION_INVALID`, with nothing secret in it.
 */
export async function backendOf(location: string, options: LocationOptions = {}): Promise<Backend> {
  const [, scheme = '', rest = ''] = /^([a-z0-9]+):(.*)$/s.exec(location) ?? []
  if (location === '' || (scheme !== '' && rest === ''))
    throw fail('STO_LOCATION_INVALID', { location, reason: 'it is empty' })
  switch (scheme) {
    case 'local':
      return localBackend(rest)
    case 'rest':
      return restLocation(rest, options)
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
  const user = url.username === '' ? environment['RESTIC_REST_USERNAME'] : decodeURIComponent(url.username)
  const password =
    url.password === '' ? environment['RESTIC_REST_PASSWORD'] : decodeURIComponent(url.password)
  url.username = ''
  url.password = ''
  const { restBackend } = await import('./backends/rest-backend.ts')
  return restBackend(url.href, {
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
  })
}

/** A location as it may be shown: without a password. */
export function publicLocation(location: string): string {
  return location.replace(/^(rest:https?:\/\/[^/@:]*):[^/@]*@/, '$1:***@')
}

/** Whether a location holds a password. */
export function hasPassword(location: string): boolean {
  return publicLocation(location) !== location
}
