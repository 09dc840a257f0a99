/** All of a contact: its properties and its photo. */
import { type GraphClient, graphPath, isNotFound, preferImmutableIds } from '../../microsoft/index.ts'
import { plainJson, plainText } from '../mail/plain-text.ts'
import { type Json, objectsOf, personOf, textOf, textsOf, timeOf } from '../outlook/graph-json.ts'
import type { FetchedOutlookItem, OutlookEntry, OutlookFacts } from '../outlook/outlook-workload.ts'
import { type ContactPhoto, contactFile } from './contact-file.ts'
import { readContact } from './contact-folders.ts'

/** Exchange keeps photos of at most 4 MB. */
const largestPhoto = 16 * 1024 * 1024

export async function fetchContact(
  graph: GraphClient,
  user: string,
  folder: string,
  entry: OutlookEntry,
  signal: AbortSignal,
): Promise<FetchedOutlookItem> {
  // A round may tell only what changed.
  const isWhole = ['displayName', 'createdDateTime', 'changeKey', 'emailAddresses'].every(
    (name) => name in entry.json,
  )
  const found = isWhole
    ? entry
    : ((await readContact(graph, user, folder, entry.externalId, signal)) ?? entry)
  const photo = await readPhoto(graph, user, folder, entry.externalId, signal)
  return { facts: contactFacts(found.json, photo !== undefined), file: contactFile(found.json, photo) }
}

async function readPhoto(
  graph: GraphClient,
  user: string,
  folder: string,
  id: string,
  signal: AbortSignal,
): Promise<ContactPhoto | undefined> {
  try {
    const { body, headers } = await graph.request<Uint8Array>({
      path: graphPath`/users/${user}/contactFolders/${folder}/contacts/${id}/photo/$value`,
      as: 'bytes',
      maxBytes: largestPhoto,
      prefer: [preferImmutableIds],
      mailbox: user,
      signal,
    })
    return { contentType: headers['content-type']?.split(';')[0] ?? 'image/jpeg', bytes: Buffer.from(body) }
  } catch (error) {
    // Most have none. Whether the contact itself is gone shows when the list is read.
    if (isNotFound(error)) return undefined
    throw error
  }
}

export function contactFacts(json: Json, hasPhoto: boolean): OutlookFacts {
  const title = plainText(textOf(json['displayName']) || textOf(json['fileAs']))
  const addresses = objectsOf(json['emailAddresses']).map(personOf)
  const company = plainText(textOf(json['companyName']))
  const phones = [
    ...textsOf(json['businessPhones']),
    ...textsOf(json['homePhones']),
    textOf(json['mobilePhone']),
  ]
  const {
    personalNotes: _notes,
    '@odata.etag': _etag,
    '@odata.context': _context,
    '@odata.type': _type,
    ...metadata
  } = json
  const words = [
    title,
    company,
    textOf(json['jobTitle']),
    textOf(json['nickName']),
    ...addresses.flatMap(({ name, address }) => [name, address, address.replaceAll(/[^\p{L}\p{N}]+/gu, ' ')]),
    ...phones,
  ]
  return {
    externalId: textOf(json['id']),
    changeKey: textOf(json['changeKey']),
    title,
    time: timeOf(json['lastModifiedDateTime']),
    hasAttachments: hasPhoto,
    categories: textsOf(json['categories']).map(plainText),
    byName: company,
    byAddress: plainText(addresses[0]?.address),
    metadata: plainJson(metadata) as Json,
    searchText: plainText(words.join('\n')).slice(0, 20_000),
  }
}
