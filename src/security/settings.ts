import type { Database } from '../database/index.ts'
import type { Clock } from '../shared/index.ts'
import type { SecretBox } from './secret-box.ts'

/** Single values of the installation, and single secrets, by name. */
export interface Settings {
  read(name: string): Promise<unknown>
  write(name: string, value: unknown): Promise<void>
  /** The value, written first if there is none; the same for all who ask at once. */
  readOrCreate(name: string, create: () => string): Promise<string>
  secretOrCreate(name: string, create: () => string): Promise<string>
}

export function createSettings(parts: { db: Database; clock: Clock; secrets: SecretBox }): Settings {
  const { db, clock, secrets } = parts
  const contextOf = (name: string) => `setting:${name}`
  const rowOf = (name: string) =>
    db.selectFrom('settings').selectAll().where('name', '=', name).executeTakeFirst()
  const insertNew = (name: string, value: string | null, sealed: Buffer | null) =>
    db
      .insertInto('settings')
      .values({ name, value, sealed, updated_at: new Date(clock.now()) })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute()

  return {
    read: async (name) => (await rowOf(name))?.value,
    write: async (name, value) => {
      const text = JSON.stringify(value)
      const now = new Date(clock.now())
      await db
        .insertInto('settings')
        .values({ name, value: text, sealed: null, updated_at: now })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: text, updated_at: now }))
        .execute()
    },
    readOrCreate: async (name, create) => {
      const found = await rowOf(name)
      if (found) return String(found.value)
      await insertNew(name, JSON.stringify(create()), null)
      return String((await rowOf(name))?.value)
    },
    secretOrCreate: async (name, create) => {
      let row = await rowOf(name)
      if (!row?.sealed) {
        await insertNew(name, null, secrets.seal(create(), contextOf(name)))
        row = await rowOf(name)
      }
      return secrets.open(row?.sealed ?? Buffer.alloc(0), contextOf(name)).toString('utf8')
    },
  }
}
