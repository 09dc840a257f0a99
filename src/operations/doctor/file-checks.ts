/** Files of the configuration: data folder, key. */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import type { Configuration } from '../../config/index.ts'
import { type Finding, problem, reasonOf, warning, well } from './finding.ts'

export function checkDataFolder(folder: string): Finding[] {
  const check = 'data folder'
  if (!existsSync(folder))
    return [warning(check, `${folder} is not there yet`, 'The first start makes it; else correct --data.')]
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    return [
      problem(
        check,
        `${folder} is not writable for this account`,
        'Give it to the account that runs the server (chown).',
      ),
    ]
  }
  const { mode } = statSync(folder)
  // Others may pass through to PostgreSQL's own folder beneath, and no more.
  return (mode & 0o066) === 0
    ? [well(check, folder)]
    : [problem(check, `${folder} can be read or changed by other accounts`, `chmod go-rw ${folder}`)]
}

export function checkKey({ key }: Pick<Configuration, 'key'>, hasData: boolean): Finding[] {
  const check = 'key of the secrets'
  if (!('file' in key)) return [well(check, `from ${key.source}`)]
  const { file } = key
  if (!existsSync(file)) {
    return hasData
      ? [
          problem(
            check,
            `${file} is missing`,
            'Put the key back from where it is kept; without it the secrets of the database are lost.',
          ),
        ]
      : [well(check, `${file} is made at the first start`)]
  }
  try {
    const text = readFileSync(file, 'utf8').trim()
    const bytes = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64')
    if (bytes.length !== 32)
      return [problem(check, `${file} holds no key of 32 bytes`, 'Put the right key back.')]
  } catch (error) {
    return [
      problem(
        check,
        `${file} cannot be read: ${reasonOf(error)}`,
        'Make it readable for the account that runs the server.',
      ),
    ]
  }
  return (statSync(file).mode & 0o077) === 0
    ? [well(check, file)]
    : [problem(check, `${file} can be read by other accounts`, `chmod 600 ${file}`)]
}
