/** Pipes and device files: Node cannot make them, the programs `mkfifo` and `mknod` of every Unix can. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { TreeNode } from '../tree-node.ts'

const run = promisify(execFile)
const timeout = 10_000

/** Makes one at an absolute path. Answers why not, or undefined. */
export async function makeSpecialFile(node: TreeNode, path: string): Promise<string | undefined> {
  const device = BigInt(node.device ?? 0)
  try {
    if (node.type === 'fifo') await run('mkfifo', ['-m', '600', path], { timeout })
    else if (node.type === 'dev' || node.type === 'chardev') {
      if (process.platform !== 'linux') return 'device files can be made on Linux only'
      const letter = node.type === 'dev' ? 'b' : 'c'
      await run('mknod', ['-m', '600', path, letter, `${major(device)}`, `${minor(device)}`], { timeout })
    } else return `files of the type ${node.type} cannot be made`
    return undefined
  } catch (cause) {
    const text = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : ''
    return text === '' ? 'it could not be made' : text
  }
}

/** Linux' device numbers: glibc sys/sysmacros.h. */
function major(device: bigint): bigint {
  return ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn)
}

function minor(device: bigint): bigint {
  return (device & 0xffn) | ((device >> 12n) & ~0xffn)
}
