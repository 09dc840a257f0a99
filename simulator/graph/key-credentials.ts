/** Reads certificates out of `keyCredentials` bodies, under the tenant's application management policy. */
import { createHash, randomUUID, X509Certificate } from 'node:crypto'
import { type KeyCredential, lagOf, type Tenant } from '../tenant/index.ts'
import { badRequest, GraphError } from './errors.ts'
import { type Json, textOf } from './odata.ts'

const DAY = 86_400_000

function invalidKey(): GraphError {
  return badRequest("Key credential value is invalid: 'key' must be the base64 text of a DER certificate.", [
    { code: 'KeyCredentialsInvalid', message: 'Key value is invalid certificate', target: 'keyCredentials' },
  ])
}

function readCertificate(key: unknown): { der: Buffer; certificate: X509Certificate } {
  if (typeof key !== 'string') throw invalidKey()
  const der = Buffer.from(key, 'base64')
  // Only DER begins with a SEQUENCE; base64 of PEM text would pass the parser but not Entra.
  if (der.length === 0 || der.readUInt8(0) !== 0x30) throw invalidKey()
  try {
    return { der, certificate: new X509Certificate(der) }
  } catch {
    throw invalidKey()
  }
}

function dateOf(value: unknown, fallback: string): string {
  if (value === undefined || value === null) return new Date(fallback).toISOString()
  const time = Date.parse(textOf(value))
  if (Number.isNaN(time))
    throw badRequest("Invalid value specified for property 'endDateTime' of resource 'KeyCredential'.")
  return new Date(time).toISOString()
}

/** One entry; an existing one may be sent back by its `keyId` without the key. Throws 400. */
export function readKeyCredential(
  tenant: Tenant,
  entry: unknown,
  existing: readonly KeyCredential[],
): KeyCredential {
  if (typeof entry !== 'object' || entry === null) throw invalidKey()
  const body = entry as Json
  const kept = existing.find((one) => one.keyId === body['keyId'])
  if (kept !== undefined && (body['key'] === undefined || body['key'] === null)) return kept
  if (body['type'] !== 'AsymmetricX509Cert' || body['usage'] !== 'Verify') {
    throw badRequest('Credential type or usage is not supported for applications.', [
      {
        code: 'KeyCredentialsInvalidType',
        message: 'Use AsymmetricX509Cert with Verify.',
        target: 'keyCredentials',
      },
    ])
  }
  const { der, certificate } = readCertificate(body['key'])
  const same = existing.find((one) => one.certificate.equals(der))
  if (same !== undefined) return same
  const now = tenant.clock.now()
  const endDateTime = dateOf(body['endDateTime'], certificate.validTo)
  const startDateTime = dateOf(body['startDateTime'], certificate.validFrom)
  if (Date.parse(endDateTime) > Date.parse(certificate.validTo) + 1000) {
    throw new GraphError(400, 'KeyCredentialsInvalidEndDate', 'Key credential end date is invalid.')
  }
  const { certificateMaximumDays } = tenant.policies
  if (
    certificateMaximumDays !== undefined &&
    Date.parse(endDateTime) - Math.max(now, Date.parse(startDateTime)) > certificateMaximumDays * DAY
  ) {
    throw invalidLifetime()
  }
  return {
    keyId: typeof body['keyId'] === 'string' ? body['keyId'] : randomUUID(),
    displayName: typeof body['displayName'] === 'string' ? body['displayName'] : null,
    customKeyIdentifier:
      typeof body['customKeyIdentifier'] === 'string'
        ? body['customKeyIdentifier']
        : createHash('sha1').update(der).digest('base64'),
    startDateTime,
    endDateTime,
    certificate: der,
    usableAt: now + lagOf(tenant, 'key'),
  }
}

export function invalidLifetime(): GraphError {
  return new GraphError(
    400,
    'CredentialInvalidLifetimeAsPerAppPolicy',
    'Credential lifetime exceeds the max value allowed as per assigned policy',
  )
}

/** The whole array, as PATCH replaces it. */
export function readKeyCredentials(
  tenant: Tenant,
  value: unknown,
  existing: readonly KeyCredential[],
): KeyCredential[] {
  if (!Array.isArray(value))
    throw badRequest("Invalid value specified for property 'keyCredentials' of resource 'Application'.")
  return value.map((entry) => readKeyCredential(tenant, entry, existing))
}
