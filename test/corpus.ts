/** Real mails that nobody here wrote; they do not ship with the project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The folder of the corpus: `BDRCLOUD_CORPUS`, else beside the checkout. */
export const corpusDirectory = process.env['BDRCLOUD_CORPUS'] ?? join(root, '..', 'shared', 'corpus')

/** Give it to a test's `skip`. */
export const noCorpus = existsSync(join(corpusDirectory, 'mail'))
  ? false
  : 'the corpus of real mails is absent'

export interface MailFile {
  readonly name: string
  readonly bytes: Buffer
}

function mailsIn(folder: string): MailFile[] {
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }))
}

/** Every mail of the corpus; none where it is absent. */
export function corpusMails(): MailFile[] {
  return noCorpus ? [] : mailsIn(join(corpusDirectory, 'mail'))
}

/** Mails that try to run something or to call home when they are looked at. */
export function hostileMails(): MailFile[] {
  return mailsIn(join(root, 'simulator', 'content', 'own', 'hostile'))
}
