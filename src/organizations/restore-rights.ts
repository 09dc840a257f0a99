import type { OrganizationRow } from './view.ts'

/**
 * Whether the server may write to the organization at this moment. After the end of restore rights it refuses by itself, whatever
 * the tenant still grants.
 * @param now milliseconds since the epoch
 */
export function mayWrite(
  row: Pick<OrganizationRow, 'restore_rights' | 'restore_rights_until'>,
  now: number,
): boolean {
  const until = row.restore_rights_until
  return row.restore_rights && (until === null || now < until.getTime())
}
