import Type, { type Static } from 'typebox'
import { Id, Nullable, Time } from './primitives.ts'

/** A user of stock restic who may read an organization's repository through the server. */
export const ResticAccessView = Type.Object({
  id: Id,
  userName: Type.String(),
  label: Type.String(),
  createdAt: Time,
  lastUsedAt: Nullable(Time),
})
export type ResticAccessView = Static<typeof ResticAccessView>

/** `GET /organizations/:id/restic-accesses`: at most 20, oldest first. */
export const ResticAccessList = Type.Object({
  /** Address of the repository for restic's REST backend, without user and password. */
  address: Type.String(),
  items: Type.Array(ResticAccessView),
})
export type ResticAccessList = Static<typeof ResticAccessList>

/** `POST /organizations/:id/restic-accesses`. */
export const CreateResticAccess = Type.Object({ label: Type.String({ minLength: 1, maxLength: 80 }) })
export type CreateResticAccess = Static<typeof CreateResticAccess>

/** The password is told this once. */
export const NewResticAccess = Type.Object({
  access: ResticAccessView,
  address: Type.String(),
  password: Type.String(),
  /** What to type into a shell, user and password included; restic then asks for the repository's own password. */
  commands: Type.Array(Type.String()),
})
export type NewResticAccess = Static<typeof NewResticAccess>
