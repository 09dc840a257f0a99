import { readFileSync } from 'node:fs'
import { type Cloud, loadClouds } from '../microsoft/index.ts'
import { fail } from './errors.ts'

/**
 * The clouds of the installation: Microsoft's, changed by the configured file. Throws MAIN_CLOUDS_FILE for a file that
 * cannot be read, MSG_CLOUD_CONFIGURATION_INVALID for what is wrong in it.
 */
export function readClouds(file: string | null): Cloud[] {
  if (file === null) return loadClouds()
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw fail('MAIN_CLOUDS_FILE', { file, reason: reasonOf(error) }, error)
  }
  let overrides: unknown
  try {
    overrides = JSON.parse(text)
  } catch (error) {
    throw fail('MAIN_CLOUDS_FILE', { file, reason: reasonOf(error) }, error)
  }
  return loadClouds(overrides)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
