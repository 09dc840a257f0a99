/** One at a time for each name: where a place overwrites, two savers of one file in this process must not both see it missing. */

export type Turns = <T>(name: string, work: () => Promise<T>) => Promise<T>

export function createTurns(): Turns {
  const busy = new Map<string, Promise<unknown>>()
  return async (name, work) => {
    for (let other = busy.get(name); other; other = busy.get(name)) await other
    const own = work()
    busy.set(
      name,
      own.catch(() => undefined).finally(() => busy.delete(name)),
    )
    return own
  }
}
