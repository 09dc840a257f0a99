/** A backend that writes down what it does, so that a test can replay any beginning of it, as a crash would leave it. */
import type { Backend, FileType } from '../../src/repository/index.ts'

export type Operation =
  | { readonly kind: 'save'; readonly type: FileType; readonly name: string; readonly bytes: Buffer }
  | { readonly kind: 'remove'; readonly type: FileType; readonly name: string }

export function recording(backend: Backend, operations: Operation[]): Backend {
  return {
    ...backend,
    async save(type, name, bytes, signal) {
      await backend.save(type, name, bytes, signal)
      operations.push({ kind: 'save', type, name, bytes: Buffer.from(bytes) })
    },
    async remove(type, name, signal) {
      await backend.remove(type, name, signal)
      operations.push({ kind: 'remove', type, name })
    },
  }
}

export async function replay(operations: readonly Operation[], backend: Backend): Promise<void> {
  for (const operation of operations) {
    if (operation.kind === 'save') await backend.save(operation.type, operation.name, operation.bytes)
    else await backend.remove(operation.type, operation.name)
  }
}
