import type { Cloud } from '../clouds/cloud.ts'

/** A delegated permission of Microsoft Graph that an administrator's sign-in carries. */
export interface AdministratorScope {
  readonly value: string
  readonly why: string
}

/**
 * What a sign-in through the operator's own application asks for: the least with which an administrator can let this server make,
 * change and remove its application. Microsoft's own command line client holds these and more without asking. (Permission
 * reference of Microsoft Graph, August 2026.)
 */
export const administratorScopes: readonly AdministratorScope[] = [
  {
    value: 'Application.ReadWrite.All',
    why: 'Creates the application of this server in the organization, and changes or removes it later.',
  },
  {
    value: 'AppRoleAssignment.ReadWrite.All',
    why: 'Grants that application its permissions, and takes them away.',
  },
  { value: 'User.Read', why: 'Reads who has signed in, and which roles the account holds.' },
]

/** With the address of the cloud's own Graph: without it the names would mean that of the global cloud. */
export function administratorScopeNames({ graphRoot }: Pick<Cloud, 'graphRoot'>): string[] {
  return administratorScopes.map(({ value }) => `${graphRoot}/${value}`)
}

/** Which of them a token answer's `scope` lacks. */
export function missingScopes(granted: readonly string[]): string[] {
  const names = new Set(granted.map((one) => one.slice(one.lastIndexOf('/') + 1).toLowerCase()))
  return administratorScopes.map(({ value }) => value).filter((value) => !names.has(value.toLowerCase()))
}
