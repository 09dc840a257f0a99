import { type Random, seededRandom } from '../content/random.ts'
import { bytesContent, type FileContent, generatedContent } from './content.ts'
import { addItem, childNamed, type Drive, type DriveItem } from './drive.ts'

/** Fills a drive: folders, a notebook, its share of the corpus, then generated files. */

export type CorpusFile = { readonly name: string; readonly size: number; readonly read: () => Buffer }

export type DrivePlan = {
  /** Everything follows from it. */
  readonly label: string
  /** Files wanted altogether; the corpus share is placed even if it is more. */
  readonly files: number
  readonly corpus: readonly CorpusFile[]
  /** With a file that Microsoft calls malware and one without a hash. */
  readonly trouble: boolean
}

const folders: readonly (readonly string[])[] = [
  ['Projects'],
  ['Projects', '2024 – closed'],
  ['Projects', '2024 – closed', "Quay's end"],
  ['Projects', 'Größe & Maß'],
  ['Rechnungen'],
  ['写真'],
  ['Pictures 🌊'],
  ['.archive'],
  ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
  ['Empty'],
]
const words = [
  'tide',
  'report',
  'budget',
  'crane',
  'berth',
  'survey',
  'minutes',
  'draft',
  'Über',
  'naïve',
  '計画',
]
const kinds = ['docx', 'xlsx', 'pptx', 'pdf', 'txt', 'jpg', 'zip', 'csv'] as const
/** Valid in SharePoint, and trouble for many programs elsewhere. */
const oddNames = ['100 % #1 {final}.txt', 'e\u0301te\u0301.txt', "it's, [ok]; &co=.txt", 'no extension', `${'long '.repeat(40)}name.txt`, '..hidden.txt', 'aux folder.txt', 'tab\u00a0nbsp.txt'] // biome-ignore format: a list

const mimeTypes: Readonly<Record<string, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  jpg: 'image/jpeg',
  zip: 'application/x-zip-compressed',
}

export const mimeTypeOf = (name: string): string =>
  mimeTypes[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream'

/** The folder of that path, made where it is missing. */
export const folderAt = (drive: Drive, path: readonly string[], createdAt: number): DriveItem => {
  let at = drive.root
  for (const name of path)
    at = childNamed(at, name) ?? addItem(drive, `folder/${at.id}/${name}`, at, { name, createdAt })
  return at
}

/** A free name in the folder: `name`, `name 1`, … */
export const freeName = (folder: DriveItem, name: string): string => {
  const dot = name.lastIndexOf('.')
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
  for (let number = 0; ; number++) {
    const candidate = number === 0 ? name : `${stem} ${number}${ending}`
    if (!childNamed(folder, candidate)) return candidate
  }
}

const sizeOf = (random: Random): number => {
  if (random.chance(0.04)) return 0
  return Math.floor(2 ** (4 + 16 * random.next() * random.next() + 2 * random.next()))
}

const permissionsOf = (random: Random, label: string) => {
  if (!random.chance(0.1)) return []
  const id = Buffer.from(label).toString('base64url').slice(-24)
  return random.chance(0.5)
    ? [
        {
          id,
          roles: ['read'],
          link: { type: 'view', scope: 'organization', webUrl: `https://links.example/${id}` },
        },
      ]
    : [
        {
          id,
          roles: ['write'],
          grantedTo: { displayName: 'A Colleague', email: 'colleague@partner.example' },
        },
      ]
}

export const populateDrive = (drive: Drive, plan: DrivePlan): void => {
  const start = drive.createdAt
  const places = folders.map((path) => folderAt(drive, path, start)).filter(({ name }) => name !== 'Empty')
  const place = (random: Random): DriveItem => places[random.integer(0, places.length - 1)] ?? drive.root
  const add = (
    key: string,
    folder: DriveItem,
    name: string,
    content: FileContent,
    more: Partial<DriveItem> = {},
  ) => {
    const random = seededRandom(`${plan.label}/state/${key}`)
    const createdAt = start + random.integer(0, 5 * 365 * 86_400) * 1000
    const mimeType = mimeTypeOf(name)
    const older = random.chance(0.15)
      ? [
          {
            number: 1,
            content: generatedContent(`${plan.label}/older/${key}`, 500, 'text'),
            modifiedAt: createdAt,
          },
        ]
      : []
    return addItem(drive, key, folder, {
      name: freeName(folder, name),
      createdAt,
      file: { content, mimeType, version: older.length + 1, older },
      permissions: permissionsOf(random, `${plan.label}/${key}`),
      ...more,
    })
  }
  for (const { name, size, read } of plan.corpus) {
    const random = seededRandom(`${plan.label}/corpus/${name}`)
    const content = bytesContent(size, read)
    add(`corpus/${name}`, place(random), name, content, {
      file: { content, mimeType: mimeTypeOf(name), version: 1, older: [], corpusName: name },
    })
  }
  const notebook = addItem(drive, 'notebook', drive.root, {
    name: 'Notebook',
    createdAt: start,
    package: 'oneNote',
  })
  add('notebook/section', notebook, 'Section.one', generatedContent(`${plan.label}/section`, 40_000, 'noise'))
  const count = Math.max(0, plan.files - plan.corpus.length - 1)
  for (let number = 0; number < count; number++) {
    const random = seededRandom(`${plan.label}/file/${number}`)
    const kind = random.pick(kinds)
    const word = words[random.integer(0, words.length - 1)] ?? 'tide'
    const name = oddNames[number] ?? `${word} ${random.integer(1, 999)}.${kind}`
    const text = kind === 'txt' || kind === 'csv'
    const content = generatedContent(
      `${plan.label}/content/${number}`,
      sizeOf(random),
      text ? 'text' : 'noise',
    )
    add(`generated/${number}`, number % 5 === 0 ? drive.root : place(random), name, content)
  }
  if (!plan.trouble) return
  add('malware', drive.root, 'invoice.pdf.exe', generatedContent(`${plan.label}/malware`, 900, 'noise'), {
    faults: new Set(['malware']),
  })
  add('no-hash', drive.root, 'labelled.docx', generatedContent(`${plan.label}/labelled`, 12_000, 'noise'), {
    faults: new Set(['no-hash']),
  })
}
