import type { Cloud } from '../clouds/cloud.ts'
import { fail } from '../errors.ts'
import { localFailure } from '../failures/microsoft-error.ts'
import type { GraphRequest } from './graph-types.ts'

/**
 * The address of a request. A link that Graph gave is taken verbatim, but only on the cloud's own Graph: a link elsewhere would
 * hand our token to a stranger, or make this server ask addresses of a stranger's choice.
 * @throws MicrosoftError MSG_FOREIGN_ADDRESS
 */
export function requestUrl(cloud: Cloud, { path, query, anonymous }: GraphRequest): string {
  if (path.startsWith('/') && !path.startsWith('//')) {
    const parameters = Object.entries(query ?? {}).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [`${encodeURIComponent(name).replaceAll('%24', '$')}=${encodeURIComponent(value)}`],
    )
    const separator = path.includes('?') ? '&' : '?'
    return `${cloud.graphRoot}/v1.0${path}${parameters.length > 0 ? separator + parameters.join('&') : ''}`
  }
  if (query !== undefined && Object.keys(query).length > 0) {
    throw fail('MSG_REQUEST_INVALID', { reason: 'a link of Graph carries its options already' })
  }
  const url = URL.canParse(path) ? new URL(path) : undefined
  if (!url) throw fail('MSG_REQUEST_INVALID', { reason: 'its path neither starts with / nor is an address' })
  if (!anonymous && (url.origin !== cloud.graphRoot || url.username !== '' || url.password !== '')) {
    throw localFailure('MSG_FOREIGN_ADDRESS', { host: url.host, cloud: cloud.id })
  }
  return path
}

/** The bytes to send, and their type. */
export function requestBody({ body, headers }: GraphRequest): {
  body: string | Uint8Array | undefined
  contentType: string | undefined
} {
  const given = headers?.['content-type']
  if (body === undefined) return { body: undefined, contentType: undefined }
  if (body instanceof Uint8Array) return { body, contentType: given ?? 'application/octet-stream' }
  if (typeof body === 'string') return { body, contentType: given ?? 'text/plain' }
  return { body: JSON.stringify(body), contentType: given ?? 'application/json' }
}
