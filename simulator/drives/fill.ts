import { seededRandom } from '../content/random.ts'
import { generatedContent, quickXorHashOf } from './content.ts'
import { addItem, type Drive, replaceContent } from './drive.ts'
import { folderAt, mimeTypeOf } from './populate.ts'

/** Drives as large as a bench wants them: described, not held. Everything follows from the drive's id. */

const filesPerFolder = 200
const kinds = ['docx', 'xlsx', 'pdf', 'txt', 'jpg'] as const
/** One file in so many is shared. */
const sharedEach = 100

/** So many files of together about so many bytes, most of them small. Their hashes are worked out now, so that no run waits for them. */
export const fillDrive = (drive: Drive, files: number, bytes: number, now: number): void => {
  for (let number = 0; number < files; number++) {
    const key = `fill/${number}`
    const random = seededRandom(`${drive.id}/${key}`)
    const folderNumber = Math.floor(number / filesPerFolder)
    const folder = folderAt(drive, [`Part ${Math.floor(folderNumber / 10)}`, `Folder ${folderNumber}`], now)
    const name = `File ${number}.${random.pick(kinds)}`
    // The mean of x³ from 0 to 1 is a quarter.
    const size = Math.floor(4 * (bytes / files) * random.next() ** 3)
    const content = generatedContent(`${drive.id}/${key}`, size, name.endsWith('txt') ? 'text' : 'noise')
    quickXorHashOf(content)
    const grantedTo = { displayName: 'A Colleague', email: 'colleague@partner.example' }
    addItem(drive, key, folder, {
      name,
      createdAt: now,
      file: { content, mimeType: mimeTypeOf(name), version: 1, older: [] },
      ...(number % sharedEach === 0 && { permissions: [{ id: key, roles: ['read'], grantedTo }] }),
    })
  }
}

/** New content of the same size for so many files, from all over the drive. */
export const changeSome = (drive: Drive, count: number, now: number): number => {
  const all = [...drive.items.values()].filter(({ file }) => file !== undefined)
  const chosen = all.filter((_item, index) => index % Math.max(1, Math.floor(all.length / count)) === 0)
  for (const item of chosen.slice(0, count)) {
    const label = `${item.id}/${drive.sequence}`
    const content = generatedContent(label, item.file?.content.size ?? 0, 'noise')
    quickXorHashOf(content)
    replaceContent(drive, item, content, now)
  }
  return Math.min(count, chosen.length)
}
