/**
 * Tells damage on the way from damage in the place: what cannot be opened is loaded again, and only when the same bytes arrive a second
 * time it is believed.
 */

const mostLooks = 4

/** Loads bytes and answers what `open` makes of them; `open` must not change them. Rejects with the last failure of `open`. */
export async function openLoaded<T>(
  load: () => Promise<Buffer>,
  open: (bytes: Buffer) => T | Promise<T>,
): Promise<T> {
  let before: Buffer | undefined
  for (let look = 1; ; look++) {
    const bytes = await load()
    try {
      return await open(bytes)
    } catch (cause) {
      if (look >= mostLooks || before?.equals(bytes)) throw cause
      before = bytes
    }
  }
}
