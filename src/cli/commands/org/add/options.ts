import type { AddMethod, CredentialKind } from '../../../../contract/index.ts'
import type { CommonOptions } from '../../../command.ts'
import type { CredentialOptions } from '../supplied-credential.ts'

export interface AddOptions extends CommonOptions, CredentialOptions {
  readonly method?: AddMethod
  readonly cloud?: string
  readonly domain?: string
  readonly workloads?: string
  readonly restoreRights?: boolean
  readonly credential?: CredentialKind
  readonly name?: string
  readonly yes?: boolean
  readonly showPassword?: boolean
  /** Goes on with an open onboarding. */
  readonly onboarding?: string
  readonly tenant?: string
  readonly applicationId?: string
  readonly makeCertificate?: string
  readonly days?: string
  readonly scripts?: string
}
