/** Puts a contact back, with its photo. */
import { graphPath } from '../../microsoft/index.ts'
import { markerProperty } from '../mail/restore/message-json.ts'
import type { OpenedItem } from '../outlook/open-item.ts'
import type { RestoredOutlookItem } from '../outlook/restore/restore-outlook.ts'
import { findByMarker, type OutlookTarget, pick, send } from '../outlook/restore/target.ts'

const fields = [
  'assistantName', 'birthday', 'businessAddress', 'businessHomePage', 'businessPhones', 'categories', 'children', 'companyName', 'department',
  'displayName', 'emailAddresses', 'fileAs', 'generation', 'givenName', 'homeAddress', 'homePhones', 'imAddresses', 'initials', 'jobTitle', 'manager',
  'middleName', 'mobilePhone', 'nickName', 'officeLocation', 'otherAddress', 'personalNotes', 'profession', 'spouseName', 'surname', 'title',
  'yomiCompanyName', 'yomiGivenName', 'yomiSurname',
] // biome-ignore format: a list

export async function restoreContact(
  target: OutlookTarget,
  { json, photo }: OpenedItem,
): Promise<RestoredOutlookItem> {
  const list = graphPath`/users/${target.userId}/contactFolders/${target.collectionId}/contacts`
  const known = await findByMarker(target, list)
  const body = {
    ...pick(json, fields),
    singleValueExtendedProperties: [{ id: markerProperty, value: target.marker }],
  }
  const id = known ?? (await send<{ id: string }>(target, 'POST', list, { body })).id
  if (photo)
    await send(target, 'PUT', `${graphPath`/users/${target.userId}/contacts/${id}`}/photo/$value`, {
      body: photo.bytes,
      headers: { 'content-type': photo.contentType },
    })
  return { outcome: known === undefined ? 'restored' : 'already-there', messageId: id, notes: [] }
}
