/**
 * How much restores hold in memory at once, whatever their number. An item is read in pieces, and what has to be held whole is limited
 * (`cut-mail.ts`, `open-item.ts`, requests below 4 MB); who needs more than is free waits, in the order of asking.
 */
export interface MemoryRoom {
  /** @throws the signal's reason, what the work throws */
  hold<T>(size: number, signal: AbortSignal, work: () => Promise<T>): Promise<T>
}

const mebibyte = 1024 * 1024
const allRestores = 256 * mebibyte
/** A small item: text, request, and a blob of the repository with what is around it. */
const smallItem = 8 * mebibyte
/** What is left in memory of a large one when its parts are cut out, in the forms that it takes on its way. */
const largeItem = 64 * mebibyte

/** @param size of the stored item, in bytes. @returns bytes of memory that its restore may take */
export function memoryOf(size: number): number {
  return size <= mebibyte ? smallItem : largeItem
}

/** @param total bytes of memory for all */
export function createMemoryRoom(total = allRestores): MemoryRoom {
  let free = total
  const waiting: { readonly size: number; readonly admit: () => void }[] = []

  function admitWaiting(): void {
    for (let next = waiting[0]; next !== undefined && next.size <= free; next = waiting[0]) {
      waiting.shift()
      free -= next.size
      next.admit()
    }
  }

  function enter(size: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const place = {
        size,
        admit() {
          signal.removeEventListener('abort', leave)
          resolve()
        },
      }
      function leave() {
        waiting.splice(waiting.indexOf(place), 1)
        reject(signal.reason)
        // Those behind may need less.
        admitWaiting()
      }
      signal.addEventListener('abort', leave, { once: true })
      waiting.push(place)
      admitWaiting()
    })
  }

  return {
    async hold(wanted, signal, work) {
      // What is larger than all there is goes alone.
      const size = Math.min(wanted, total)
      await enter(size, signal)
      try {
        return await work()
      } finally {
        free += size
        admitWaiting()
      }
    },
  }
}
