/** How large packs become. */
import { fail } from '../errors.ts'

const mebibyte = 1024 * 1024
const usual = 16 * mebibyte

/** The size in bytes to use. Errors: `STO_PACK_SIZE_INVALID`. Source of the limits: restic 0.14, `--pack-size`. */
export function checkedPackSize(size: number = usual): number {
  if (Number.isInteger(size) && size >= 4 * mebibyte && size <= 128 * mebibyte) return size
  throw fail('STO_PACK_SIZE_INVALID', { size })
}
