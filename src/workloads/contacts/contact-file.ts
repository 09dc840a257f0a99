/** A contact as a vCard 4.0 (RFC 6350), with its photo. */
import { type ContentLine, contentLine, escapeText } from '../outlook/content-lines.ts'
import { type Json, objectOf, objectsOf, personOf, textOf, textsOf, timeOf } from '../outlook/graph-json.ts'
import { encodeJson, graphJsonLine } from '../outlook/stored-item.ts'

export interface ContactPhoto {
  readonly contentType: string
  readonly bytes: Buffer
}

/** The card, piece by piece. @param json contact as Graph gives it */
export async function* contactFile(json: Json, photo: ContactPhoto | undefined): AsyncGenerator<Uint8Array> {
  const type = photo && /^image\/[\w.+-]+$/.test(photo.contentType) ? photo.contentType : 'image/jpeg'
  const lines: ContentLine[] = [
    { name: 'BEGIN', value: 'VCARD' },
    { name: 'VERSION', value: '4.0' },
    { name: 'PRODID', value: '-//BDRCloud//BDRCloud Server//EN' },
    ...properties(json),
    ...(photo ? [{ name: 'PHOTO', value: `data:${type};base64,${photo.bytes.toString('base64')}` }] : []),
    { name: graphJsonLine, parameters: { ENCODING: 'BASE64', VALUE: 'BINARY' }, value: encodeJson(json) },
    { name: 'END', value: 'VCARD' },
  ]
  for (const line of lines) yield Buffer.from(contentLine(line))
}

function properties(json: Json): ContentLine[] {
  const one = (name: string, field: string, parameters: Readonly<Record<string, string>> = {}) =>
    text(name, textOf(json[field]), parameters)
  const several = (name: string, values: readonly string[], type: string) =>
    values.flatMap((value) => text(name, value, { TYPE: type }))
  return [
    ...uid(json),
    {
      name: 'FN',
      value: escapeText(
        textOf(json['displayName']) ||
          textOf(json['fileAs']) ||
          nameParts(json).join(' ').trim() ||
          textOf(json['companyName']) ||
          'Unnamed',
      ),
    },
    {
      name: 'N',
      value: parts([
        textOf(json['surname']),
        textOf(json['givenName']),
        textOf(json['middleName']),
        textOf(json['title']),
        textOf(json['generation']),
      ]),
    },
    ...one('NICKNAME', 'nickName'),
    ...organization(json),
    ...one('TITLE', 'jobTitle'),
    ...one('ROLE', 'profession'),
    ...objectsOf(json['emailAddresses']).flatMap((address) => text('EMAIL', personOf(address).address)),
    ...several('TEL', textsOf(json['businessPhones']), 'work'),
    ...several('TEL', textsOf(json['homePhones']), 'home'),
    ...text('TEL', textOf(json['mobilePhone']), { TYPE: 'cell' }),
    ...textsOf(json['imAddresses']).flatMap((address) => text('X-IMADDRESS', address)),
    ...address(json['businessAddress'], 'work'),
    ...address(json['homeAddress'], 'home'),
    ...address(json['otherAddress'], ''),
    ...one('URL', 'businessHomePage'),
    ...birthday(json),
    ...one('X-SPOUSE', 'spouseName'),
    ...one('X-MANAGER', 'manager'),
    ...one('X-ASSISTANT', 'assistantName'),
    ...one('NOTE', 'personalNotes'),
    ...categories(json),
    ...revision(json),
  ]
}

function nameParts(json: Json): string[] {
  return [textOf(json['givenName']), textOf(json['surname'])]
}

function text(name: string, value: string, parameters: Readonly<Record<string, string>> = {}): ContentLine[] {
  return value === '' ? [] : [{ name, parameters, value: escapeText(value) }]
}

function parts(values: readonly string[]): string {
  return values.map(escapeText).join(';')
}

function uid(json: Json): ContentLine[] {
  const id = textOf(json['id'])
  return id === '' ? [] : [{ name: 'UID', parameters: { VALUE: 'text' }, value: escapeText(id) }]
}

function organization(json: Json): ContentLine[] {
  const [company, department] = [textOf(json['companyName']), textOf(json['department'])]
  if (company === '' && department === '') return []
  return [{ name: 'ORG', value: department === '' ? escapeText(company) : parts([company, department]) }]
}

function address(value: unknown, type: string): ContentLine[] {
  const place = objectOf(value)
  const fields = ['street', 'city', 'state', 'postalCode', 'countryOrRegion'].map((name) =>
    textOf(place[name]),
  )
  if (fields.every((field) => field === '')) return []
  return [
    { name: 'ADR', ...(type !== '' && { parameters: { TYPE: type } }), value: parts(['', '', ...fields]) },
  ]
}

/** Outlook keeps a day as a time around noon in UTC, so that it is the same day everywhere. */
function birthday(json: Json): ContentLine[] {
  const at = timeOf(json['birthday'])
  return at === null
    ? []
    : [{ name: 'BDAY', value: new Date(at).toISOString().slice(0, 10).replaceAll('-', '') }]
}

function categories(json: Json): ContentLine[] {
  const names = textsOf(json['categories'])
  return names.length === 0 ? [] : [{ name: 'CATEGORIES', value: names.map(escapeText).join(',') }]
}

function revision(json: Json): ContentLine[] {
  const at = timeOf(json['lastModifiedDateTime'])
  return at === null ? [] : [{ name: 'REV', value: new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '') }]
}
