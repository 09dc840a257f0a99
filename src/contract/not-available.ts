import Type, { type Static } from 'typebox'
import { Workload } from './cloud.ts'

/** Something that this organization or cloud does not have, for want of permissions that its Microsoft Graph does not offer. */
export const NotAvailable = Type.Object({
  workload: Workload,
  access: Type.Union([Type.Literal('read'), Type.Literal('write')], {
    description: '`read`: the workload cannot be backed up; `write`: nothing can be restored into it',
  }),
  permissions: Type.Array(Type.String(), { description: 'That are not offered' }),
  reason: Type.String({ description: 'What is not available and why, in words' }),
})
export type NotAvailable = Static<typeof NotAvailable>
