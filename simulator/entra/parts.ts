/** What every part of the sign-in service works on. */
import type { Tenant } from '../tenant/index.ts'
import type { Grants } from './grants.ts'
import type { Signer } from './keys.ts'

export type EntraParts = { readonly tenant: Tenant; readonly signer: Signer; readonly grants: Grants }
