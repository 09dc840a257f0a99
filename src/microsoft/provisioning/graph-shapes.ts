/** The parts relied upon of Microsoft's answers while an application is made. */
import Type, { type Static, type TSchema } from 'typebox'

const Nullish = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))

export const OrganizationAnswer = Type.Object({
  value: Type.Array(
    Type.Object({
      id: Type.String(),
      displayName: Nullish(Type.String()),
      verifiedDomains: Nullish(
        Type.Array(
          Type.Object({
            name: Type.String(),
            isDefault: Type.Optional(Type.Boolean()),
            isInitial: Type.Optional(Type.Boolean()),
          }),
        ),
      ),
    }),
    { minItems: 1 },
  ),
})
export type OrganizationAnswer = Static<typeof OrganizationAnswer>

export interface DirectoryRoleAnswer {
  readonly displayName?: string | null
  readonly roleTemplateId?: string | null
}

export const ResourceAnswer = Type.Object({
  id: Type.String(),
  appId: Type.String(),
  displayName: Nullish(Type.String()),
  appRoles: Type.Array(Type.Object({ id: Type.String(), value: Nullish(Type.String()) })),
})
export type ResourceAnswer = Static<typeof ResourceAnswer>

export const KeyCredential = Type.Object({
  keyId: Nullish(Type.String()),
  displayName: Nullish(Type.String()),
  endDateTime: Nullish(Type.String()),
  customKeyIdentifier: Nullish(Type.String()),
  key: Nullish(Type.String()),
})
export type KeyCredential = Static<typeof KeyCredential>

export const KeyCredentials = Type.Object({ keyCredentials: Type.Array(KeyCredential) })
export type KeyCredentials = Static<typeof KeyCredentials>

export const ApplicationAnswer = Type.Object({
  id: Type.String(),
  appId: Type.String(),
  displayName: Nullish(Type.String()),
  uniqueName: Nullish(Type.String()),
  passwordCredentials: Type.Array(
    Type.Object({
      keyId: Nullish(Type.String()),
      displayName: Nullish(Type.String()),
      endDateTime: Nullish(Type.String()),
    }),
  ),
  keyCredentials: Type.Array(KeyCredential),
})
export type ApplicationAnswer = Static<typeof ApplicationAnswer>

export const ServicePrincipalAnswer = Type.Object({
  id: Type.String(),
  appId: Type.String(),
  accountEnabled: Nullish(Type.Boolean()),
})
export type ServicePrincipalAnswer = Static<typeof ServicePrincipalAnswer>

export const PasswordAnswer = Type.Object({
  keyId: Type.String(),
  secretText: Type.String({ minLength: 1 }),
  endDateTime: Type.String(),
})
export type PasswordAnswer = Static<typeof PasswordAnswer>
