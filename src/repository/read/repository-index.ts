/**
 * The index of an open repository. Index files never change, so a refresh reads the new ones only; when files vanished (a prune by
 * somebody), everything is read anew.
 */
import type { Backend } from '../backend.ts'
import type { MasterKey } from '../format/crypto.ts'
import { decodeIndex } from '../format/index-file.ts'
import { loadJsonFile } from '../format/json-file.ts'
import type { PackContent } from '../format/pack-header.ts'
import type { BlobIndex } from './blob-index.ts'
import type { IndexStore } from './index-kind.ts'
import { createMemoryIndex } from './memory-index.ts'

export interface RepositoryIndex {
  /** The index as it is now; a refresh may replace it. */
  readonly current: () => BlobIndex
  /** Keeps the index of now usable beyond a replacement, until the answered function is called. */
  readonly hold: () => () => void
  /** Reads the index files that others have written since. */
  readonly refresh: (signal?: AbortSignal) => Promise<void>
  /** The same with less memory: an old index is freed before a new one is read, so that a failure leaves an empty one. */
  readonly reload: (signal?: AbortSignal) => Promise<void>
  /** Takes over what we wrote into an index file ourselves. */
  readonly written: (name: string, packs: readonly PackContent[]) => Promise<void>
  readonly close: () => Promise<void>
}

export function createRepositoryIndex(
  { backend, key }: { readonly backend: Backend; readonly key: MasterKey },
  store: IndexStore,
): RepositoryIndex {
  /** Names of the index files whose blobs are in `index`. */
  const loaded = new Set<string>()
  let index: BlobIndex = createMemoryIndex()
  let opened = false
  let remembered = true
  let queue: Promise<void> = Promise.resolve()

  /** How many hold an index, and whether it was replaced meanwhile. */
  const held = new Map<BlobIndex, { holders: number; replaced: boolean }>()
  const replace = (by: BlobIndex, names: Iterable<string>) => {
    const holding = held.get(index)
    if (holding) holding.replaced = true
    else index.close()
    index = by
    loaded.clear()
    for (const name of names) loaded.add(name)
  }
  const read = async (target: BlobIndex, name: string, signal?: AbortSignal): Promise<void> => {
    const packs = decodeIndex(await loadJsonFile(backend, key, 'index', name, signal), name)
    for (const pack of packs) target.add(pack)
    await target.settle(signal)
  }
  const update = async (inPlace: boolean, signal?: AbortSignal): Promise<void> => {
    if (!opened) {
      const { index: kept, indexes } = await store.open(signal)
      replace(kept, indexes)
      opened = true
    }
    const names = new Set<string>()
    for await (const { name } of backend.list('index', signal)) names.add(name)
    const vanished = [...loaded].some((name) => !names.has(name))
    if (vanished && inPlace) replace(store.create(), [])
    if (!vanished || inPlace) {
      for (const name of names) {
        if (loaded.has(name)) continue
        await read(index, name, signal)
        loaded.add(name)
        remembered = false
      }
    } else {
      const target = store.create()
      try {
        for (const name of names) await read(target, name, signal)
      } catch (cause) {
        target.close()
        throw cause
      }
      replace(target, names)
      remembered = false
    }
    await remember(signal)
  }
  const remember = async (signal?: AbortSignal): Promise<void> => {
    if (remembered || !opened) return
    await index.remember(loaded, signal)
    remembered = true
  }
  /** One at a time: each goes on from where the one before ended. */
  const inOrder = (work: () => Promise<void>): Promise<void> => {
    const result = queue.then(work)
    queue = result.catch(() => undefined)
    return result
  }
  return {
    current: () => index,
    hold() {
      const one = index
      const holding = held.get(one) ?? { holders: 0, replaced: false }
      held.set(one, holding)
      holding.holders++
      let released = false
      return () => {
        if (released) return
        released = true
        if (--holding.holders > 0) return
        held.delete(one)
        if (holding.replaced) one.close()
      }
    },
    refresh: (signal) => inOrder(() => update(false, signal)),
    reload: (signal) => inOrder(() => update(true, signal)),
    async written(name, packs) {
      loaded.add(name)
      remembered = false
      for (const pack of packs) index.add(pack)
      await index.settle()
    },
    close: () =>
      inOrder(async () => {
        await remember()
        index.close()
      }),
  }
}
