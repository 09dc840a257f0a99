/**
 * Every state that a crash can leave behind. A backend writes down when each write and removal begins and ends; what has ended is there after a
 * crash, and of what was under way anything may be: nothing, all, some of it in another order, and in places that do not write files
 * whole, the half of a file.
 */
import { setImmediate as turn } from 'node:timers/promises'
import {
  type Backend,
  type Clock,
  memoryBackend,
  openRepository,
  type Repository,
  systemClock,
} from '../../src/repository/index.ts'
import type { Operation } from './recording.ts'
import { password } from './support.ts'

interface LoggedEvent {
  readonly phase: 'begin' | 'end'
  readonly operation: Operation
}

/** Operations take a few turns of the event loop, unequally many, so that those that may overtake each other do. */
export function logging(inner: Backend, events: LoggedEvent[]): Backend {
  let count = 0
  const log = async (operation: Operation, work: () => Promise<void>) => {
    events.push({ phase: 'begin', operation })
    for (let turns = (count++ * 7) % 5; turns > 0; turns--) await turn()
    await work()
    events.push({ phase: 'end', operation })
  }
  return {
    ...inner,
    save: (type, name, bytes, signal) =>
      log({ kind: 'save', type, name, bytes: Buffer.from(bytes) }, () =>
        inner.save(type, name, bytes, signal),
      ),
    remove: (type, name, signal) =>
      log({ kind: 'remove', type, name }, () => inner.remove(type, name, signal)),
  }
}

export interface CrashState {
  readonly what: string
  readonly operations: readonly Operation[]
  /** A file of which only a part was written. */
  readonly torn?: Operation & { readonly kind: 'save' }
}

/** All states from the first event on that `from` is the number of. */
export function crashStates(events: readonly LoggedEvent[], from: number): CrashState[] {
  const states: CrashState[] = []
  const done: Operation[] = []
  const underWay = new Set<Operation>()
  for (const [number, { phase, operation }] of events.entries()) {
    if (phase === 'begin') underWay.add(operation)
    else {
      underWay.delete(operation)
      done.push(operation)
    }
    if (number < from) continue
    const after = `after event ${number - from} (${phase} ${operation.kind} ${operation.type})`
    const settled = [...done]
    if (phase === 'end') {
      if (underWay.size === 0) states.push({ what: after, operations: settled })
      continue
    }
    states.push({ what: `${after}, nothing under way was done`, operations: settled })
    if (underWay.size > 1) {
      states.push({ what: `${after}, only the last began`, operations: [...settled, operation] })
      const reversed = [...underWay].toReversed()
      states.push({ what: `${after}, all under way was done`, operations: [...settled, ...reversed] })
    }
    if (operation.kind !== 'save') continue
    for (const share of [0, 0.5]) {
      const bytes = operation.bytes.subarray(0, Math.floor(operation.bytes.length * share))
      const torn = { ...operation, bytes }
      const half = `${after}, ${bytes.length} of ${operation.bytes.length} bytes`
      states.push({ what: half, operations: [...settled, torn], torn })
    }
  }
  return states
}

export async function stateAsBackend(
  { operations }: CrashState,
  backend: Backend = memoryBackend(),
): Promise<Backend> {
  for (const operation of operations) {
    if (operation.kind === 'save') await backend.save(operation.type, operation.name, operation.bytes)
    else await backend.remove(operation.type, operation.name)
  }
  return backend
}

/** Time that goes by at once where a lock only settles. */
const impatient: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds <= 200 ? 0 : milliseconds, signal),
}

/** Opens what a crash has left, also with a damaged index. The caller closes it. */
export function survivorOf(backend: Backend, readIndex: boolean, nonce = 'survivor'): Promise<Repository> {
  const options = { password, host: 'test-instance', clock: impatient, processNonce: nonce, readIndex }
  return openRepository(backend, options)
}
