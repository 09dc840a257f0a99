/**
 * Work on the same thing is done one after the other, in the order in which it was asked for; work on different things at once. Nothing is
 * kept of things that nobody works on.
 */
export type Turns = <T>(thing: string, work: () => Promise<T>) => Promise<T>

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return async (thing, work) => {
    const before = last.get(thing)
    const mine = (async () => {
      // How the work before ended concerns those who asked for it.
      await before?.catch(() => undefined)
      return work()
    })()
    last.set(thing, mine)
    try {
      return await mine
    } finally {
      if (last.get(thing) === mine) last.delete(thing)
    }
  }
}
