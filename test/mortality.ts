/**
 * A server that can die at any moment: before any write to the database, and before or after any request to Microsoft. From then
 * on nothing that this server does has an effect, as after a power cut.
 */
import type { KyselyPlugin } from 'kysely'
import type { Database } from '../src/database/index.ts'
import type { MicrosoftNetwork } from '../src/microsoft/index.ts'
import type { Clock } from '../src/shared/index.ts'

export interface Mortality {
  /** Dies at the n-th moment from now on (1 for the next). */
  dieAt(moment: number): void
  /** Moments passed since the last `dieAt`. */
  readonly moments: number
  readonly dead: boolean
  database(db: Database): Database
  network(network: MicrosoftNetwork): MicrosoftNetwork
  clock<T extends Clock>(clock: T): T
}

class Death extends Error {
  constructor() {
    super('the server died')
  }
}

const writes = new Set(['InsertQueryNode', 'UpdateQueryNode', 'DeleteQueryNode', 'RawNode'])

export function mortality(): Mortality {
  let left = Number.POSITIVE_INFINITY
  let moments = 0
  let dead = false
  const pass = () => {
    if (!dead) {
      moments += 1
      left -= 1
      dead = left <= 0
    }
    if (dead) throw new Death()
  }
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      if (writes.has(node.kind)) pass()
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return {
    dieAt: (moment) => {
      left = moment
      moments = 0
    },
    get moments() {
      return moments
    },
    get dead() {
      return dead
    },
    database: (db) => db.withPlugin(plugin),
    network: (network) => ({
      close: () => network.close(),
      exchange: async (cloud, exchange) => {
        pass()
        const answer = await network.exchange(cloud, exchange)
        pass()
        return answer
      },
    }),
    clock: (clock) => ({
      ...clock,
      sleep: async (milliseconds, signal) => {
        if (dead) throw new Death()
        await clock.sleep(milliseconds, signal)
        if (dead) throw new Death()
      },
    }),
  }
}
