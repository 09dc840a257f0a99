import Type, { type Static } from 'typebox'

export const Workload = Type.Union([Type.Literal('mail')])
export type Workload = Static<typeof Workload>

export const AddMethod = Type.Union([
  Type.Literal('credential'),
  Type.Literal('device-code'),
  Type.Literal('manual'),
])
export type AddMethod = Static<typeof AddMethod>

export const CredentialKind = Type.Union([Type.Literal('password'), Type.Literal('certificate')])
export type CredentialKind = Static<typeof CredentialKind>

/** `GET /clouds`: one row per configured cloud, with the methods that can be used there and why not. */
export const CloudView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  methods: Type.Array(
    Type.Object({
      method: AddMethod,
      available: Type.Boolean(),
      reason: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
})
export type CloudView = Static<typeof CloudView>

/** One Graph application permission, and why it is asked for. */
export const PermissionView = Type.Object({
  value: Type.String({ description: "Microsoft's name, e.g. Mail.Read" }),
  workload: Type.String(),
  access: Type.Union([Type.Literal('read'), Type.Literal('write')]),
  why: Type.String(),
})
export type PermissionView = Static<typeof PermissionView>
