import Type, { type Static } from 'typebox'
import { Nullable } from './primitives.ts'

export const Workload = Type.Union([
  Type.Literal('mail'),
  /** OneDrives and the document libraries of sites. */
  Type.Literal('files'),
  Type.Literal('calendar'),
  Type.Literal('contacts'),
  /** Microsoft To Do. */
  Type.Literal('todo'),
])
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
  group: Nullable(Type.String({ description: 'Heading above clouds that belong together' })),
  portal: Type.String({ description: 'Address of its Microsoft Entra admin center' }),
  methods: Type.Array(
    Type.Object({
      method: AddMethod,
      available: Type.Boolean(),
      reason: Nullable(Type.String()),
    }),
  ),
  defaultMethod: Nullable(
    Type.Union([...AddMethod.anyOf], {
      description: 'Taken where none is named; null where none can be used',
    }),
  ),
  workloads: Type.Array(
    Type.Object({
      workload: Workload,
      available: Type.Boolean({ description: 'Whether it can be backed up here' }),
      restorable: Type.Boolean({ description: 'Whether it can be written back here' }),
      reason: Nullable(Type.String({ description: 'Why not' })),
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

/** `POST /clouds/detect`: which cloud an organization belongs to, asked of Microsoft's sign-in services. */
export const DetectCloud = Type.Object({
  domain: Type.String({
    minLength: 1,
    maxLength: 320,
    description: 'A domain of the organization, an address with it, or the tenant id',
  }),
})
export type DetectCloud = Static<typeof DetectCloud>
export const DetectedCloud = Type.Object({
  cloud: Nullable(Type.String({ description: 'Id of the cloud; null when none knows the organization' })),
  tenantId: Nullable(Type.String()),
  explanation: Type.String({ description: 'The result in a sentence or two' }),
})
export type DetectedCloud = Static<typeof DetectedCloud>
