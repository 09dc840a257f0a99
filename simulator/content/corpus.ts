import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { enormousMail } from './enormous-mail.ts'

/** A mail that was not generated: its name for people, and its bytes as they are on disk. */
export type CorpusMail = { readonly name: string; readonly read: () => Buffer }

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      const status = statSync(path)
      if (status.isDirectory()) return filesBelow(path)
      return status.isFile() ? [path] : []
    })

const mailsOf = (folder: string, prefix: string): readonly CorpusMail[] =>
  filesBelow(folder).map((path) => ({
    name: `${prefix}${relative(folder, path)}`,
    read: () => readFileSync(path),
  }))

const own = (name: string): string => fileURLToPath(new URL(`own/${name}`, import.meta.url))

/**
 * Mails to place before any is generated. With `directory`: every file below its folder `mail`, whatever its name
 * or form, and our hostile mails; without: our own small set. Names are unique; bytes are read when asked for.
 * Throws if the directory does not exist.
 */
export const loadCorpus = (directory: string | undefined): readonly CorpusMail[] => {
  const hostile = [...mailsOf(own('hostile'), 'own/hostile/'), enormousMail]
  if (directory === undefined) return [...mailsOf(own('plain'), 'own/plain/'), ...hostile]
  if (!existsSync(directory)) throw new Error(`The corpus folder ${directory} does not exist`)
  const folder = join(directory, 'mail')
  return [...(existsSync(folder) ? mailsOf(folder, '') : []), ...hostile]
}
